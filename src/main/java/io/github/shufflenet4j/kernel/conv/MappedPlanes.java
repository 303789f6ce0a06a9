package io.github.shufflenet4j.kernel.conv;

import java.util.Arrays;

import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * Channels of other activations in another order: channel split, concatenation and shuffle without a copy. A channel is
 * the sum of those of several sources, or zero where there is none. Immutable.
 */
public final class MappedPlanes implements PlaneSource {

    /** A channel of a source, and those to be added to it, or null. */
    private record Part(PlaneSource source, int channel, Part next) {

        Part plus(Part others) {
            return new Part(source, channel, next == null ? others : next.plus(others));
        }
    }

    private final Part[] parts;
    private final ElementwiseKernels kernels = KernelProviders.get().elementwise();

    private MappedPlanes(Part[] parts) {
        this.parts = parts;
    }

    /** All channels of a source, as they are. */
    public static MappedPlanes of(PlaneSource source, int channels) {
        Part[] parts = new Part[channels];
        Arrays.setAll(parts, channel -> new Part(source, channel, null));
        return new MappedPlanes(parts);
    }

    /** The channels of all sources, one source after the other. */
    public static MappedPlanes concatenation(MappedPlanes... sources) {
        return new MappedPlanes(Arrays.stream(sources).flatMap(source -> Arrays.stream(source.parts))
                .toArray(Part[]::new));
    }

    /** Channel {@code c} is channel {@code channels[c]} of this, or zero where that is {@link Planes#ZERO}. */
    public MappedPlanes select(int[] channels) {
        return new MappedPlanes(Arrays.stream(channels)
                .mapToObj(channel -> channel == Planes.ZERO ? null : parts[channel]).toArray(Part[]::new));
    }

    /** The sum of this and another with as many channels. */
    public MappedPlanes plus(MappedPlanes other) {
        Part[] sums = new Part[parts.length];
        Arrays.setAll(sums, channel -> parts[channel] == null ? other.parts[channel]
                : other.parts[channel] == null ? parts[channel] : parts[channel].plus(other.parts[channel]));
        return new MappedPlanes(sums);
    }

    @Override
    public void read(int channel, int column, float[] to, int at, int length) {
        Part part = parts[channel];
        if (part == null) {
            Arrays.fill(to, at, at + length, 0);
            return;
        }
        part.source.read(part.channel, column, to, at, length);
        for (Part more = part.next; more != null; more = more.next) {
            float[] addend = Scratch.ofThread().floats(Slot.ADDEND, length);
            more.source.read(more.channel, column, addend, 0, length);
            kernels.add(to, at, addend, 0, length);
        }
    }

    @Override
    public Line line(int channel, int column, float[] to, int at, int length) {
        Part part = parts[channel];
        return part != null && part.next == null ? part.source.line(part.channel, column, to, at, length)
            : PlaneSource.super.line(channel, column, to, at, length);
    }

    @Override
    public void release(int channel) {
        for (Part part = parts[channel]; part != null; part = part.next) {
            part.source.release(part.channel);
        }
    }

    /** {@link #release} for all channels. */
    public void releaseAll() {
        for (int channel = 0; channel < parts.length; channel++) {
            release(channel);
        }
    }
}
