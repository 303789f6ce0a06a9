package io.github.shufflenet4j.kernel.conv;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Links of a layer or vertex: where it reads its inputs, and where it leaves its output, when a {@link PlaneStep} runs.
 * All others are ND4J arrays, and so are these at any other time.
 */
public final class PlaneLinks {

    /** No links at all. */
    public static final PlaneLinks NONE = new PlaneLinks(new PlaneOutput[0], null);

    private final PlaneOutput[] inputs;
    private final PlaneOutput output;

    /**
     * @param inputs null for each that is an array
     * @param output null if it is an array
     */
    public PlaneLinks(PlaneOutput[] inputs, PlaneOutput output) {
        this.inputs = inputs.clone();
        this.output = output;
    }

    /** Where to read an input. */
    public Optional<PlaneOutput> input(int index) {
        return index < inputs.length ? ifOpen(inputs[index]) : Optional.empty();
    }

    /** What an input is read from: its link, or the array if there is none. */
    public PlaneSource source(int index, Supplier<? extends PlaneSource> array) {
        Optional<PlaneOutput> link = input(index);
        return link.isPresent() ? link.get().get() : array.get();
    }

    /** Where to leave the output. */
    public Optional<PlaneOutput> output() {
        return ifOpen(output);
    }

    /**
     * The gradient to the output; empty if it comes as an array.
     *
     * @throws java.util.NoSuchElementException if there is a link, and no reader has computed one
     */
    public Optional<MappedPlanes> gradient() {
        return output().map(link -> link.gradient().orElseThrow());
    }

    private static Optional<PlaneOutput> ifOpen(PlaneOutput link) {
        return Optional.ofNullable(link).filter(PlaneOutput::isOpen);
    }

    /** A layer or vertex that can have links. */
    public interface Linkable {

        /** Whether it can, as it is configured. */
        boolean canLink();

        /** Whether it needs links to all its inputs and from its output, or none. */
        default boolean needsAllLinks() {
            return false;
        }

        /** Takes the links, in place of those that it had. */
        void link(PlaneLinks links);
    }
}
