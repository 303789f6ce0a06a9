package io.github.shufflenet4j.kernel.conv;

import java.util.Optional;

import org.apache.commons.lang3.Validate;

/** The output of a layer or vertex that others read by planes in a {@link PlaneStep}, and the gradient to it. */
public final class PlaneOutput {

    private final PlaneStep step;
    private MappedPlanes activations;
    private MappedPlanes gradient;

    PlaneOutput(PlaneStep step) {
        this.step = step;
    }

    boolean isOpen() {
        return step.isOpen();
    }

    void forget() {
        activations = null;
        gradient = null;
    }

    /** Sets the output of the step's forward pass. */
    public void set(MappedPlanes output) {
        activations = output;
    }

    /** Sets the output of the step's forward pass, all channels of {@code output}. */
    public void set(PlaneSource output, int channels) {
        set(MappedPlanes.of(output, channels));
    }

    /**
     * The output of the step's forward pass.
     *
     * @throws IllegalStateException if it is not there yet
     */
    public MappedPlanes get() {
        Validate.validState(activations != null, "an output is read before the forward pass");
        return activations;
    }

    /** Memory for a gradient to all channels, which the reader that computed it then {@linkplain #add adds}. */
    public HeapPlanes newGradient(int channels, int columns) {
        return step.gradients(channels, columns);
    }

    /** Adds to the gradient that of one of the readers. */
    public void add(MappedPlanes ofReader) {
        gradient = gradient == null ? ofReader : gradient.plus(ofReader);
    }

    /** Adds all channels of a gradient. */
    public void add(PlaneSource ofReader, int channels) {
        add(MappedPlanes.of(ofReader, channels));
    }

    /** The sum of the gradients of all readers; empty if no reader needed to compute one. */
    public Optional<MappedPlanes> gradient() {
        return Optional.ofNullable(gradient);
    }
}
