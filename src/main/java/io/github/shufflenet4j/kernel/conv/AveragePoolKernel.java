package io.github.shufflenet4j.kernel.conv;

import java.util.Arrays;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/** Mean of each channel over all pixels. Thread-safe; results do not depend on the number of threads. */
public final class AveragePoolKernel {

    /** As many as fit a line of the cache, so that threads do not write to one together. */
    private static final int CHANNELS_PER_TASK = 16;

    private final int plane;
    private final Workers workers;
    private final ElementwiseKernels kernels = KernelProviders.get().elementwise();

    /** @throws IllegalArgumentException if a plane has no pixel */
    public AveragePoolKernel(int plane, Workers workers) {
        this.plane = Checks.atLeast("plane", plane, 1);
        this.workers = workers;
    }

    /** The means, {@code [images, channels]}. */
    public float[] forward(int images, int channels, PlaneSource x) {
        float[] means = new float[images * channels];
        forChannels(channels, channel -> {
            PlaneSource.Line line = x.line(channel, 0, Scratch.ofThread().floats(Slot.ROW, images * plane), 0,
                    images * plane);
            for (int image = 0; image < images; image++) {
                means[image * channels + channel] =
                        (float) (kernels.sum(line.array(), line.at() + image * plane, plane) / plane);
            }
        });
        return means;
    }

    private void forChannels(int channels, Workers.IntTask task) {
        workers.parallelFor(Rounding.ceilDiv(channels, CHANNELS_PER_TASK), step -> {
            int first = step * CHANNELS_PER_TASK;
            for (int channel = first; channel < Math.min(channels, first + CHANNELS_PER_TASK); channel++) {
                task.run(channel);
            }
        });
    }

    /** The gradient to the input of a forward pass; {@code dMeans} must not change while it is read. */
    public PlaneSource backward(int channels, float[] dMeans) {
        return (channel, column, to, at, length) -> {
            for (int done = 0; done < length;) {
                int image = (column + done) / plane;
                int count = Math.min(length - done, (image + 1) * plane - column - done);
                Arrays.fill(to, at + done, at + done + count, dMeans[image * channels + channel] / plane);
                done += count;
            }
        };
    }

    /** Writes planes to an array. */
    public void copy(int images, int channels, PlaneSource from, PlaneTarget to) {
        forChannels(channels, channel -> {
            float[] row = Scratch.ofThread().floats(Slot.ROW, images * plane);
            from.read(channel, 0, row, 0, images * plane);
            to.write(channel, 0, row, 0, images * plane);
        });
    }
}
