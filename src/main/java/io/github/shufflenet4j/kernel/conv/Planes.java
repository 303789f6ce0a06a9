package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Operations on whole planes of NCHW activations; buffers are as in {@link ConvNormKernel}. */
public final class Planes {

    /** In place of the number of a plane: a plane of zeros. */
    public static final int ZERO = -1;

    /** Floats that are worth a task of their own. */
    private static final int TASK = 1 << 14;

    private Planes() {
    }

    /**
     * Activations to take planes from.
     *
     * @param buffer   {@code [batch, channels, plane]}
     * @param channels number of channels
     */
    public record Source(FloatBuffer buffer, int channels) {
    }

    /**
     * Copies planes: in each image, plane {@code c} of the target becomes plane {@code from[c]} of the concatenation
     * of the sources, or zeros where that is {@link #ZERO}. Channel split, concatenation and shuffle are all of this
     * kind, and so are their gradients.
     *
     * @param batch  number of images
     * @param plane  pixels of a plane
     * @param from   where each plane of the target comes from
     * @param target receives {@code [batch, from.length, plane]}
     * @throws IllegalArgumentException if {@code from} names a plane that no source has, or a buffer is too short
     */
    public static void copy(int batch, int plane, Source[] sources, int[] from, FloatBuffer target, Workers workers) {
        int[] source = new int[from.length];
        int[] channel = new int[from.length];
        locate(sources, from, source, channel);
        for (Source each : sources) {
            ConvNormKernel.check("source", each.buffer(), (long) batch * each.channels() * plane);
        }
        ConvNormKernel.check("target", target, (long) batch * from.length * plane);
        float[] zeros = new float[Arrays.stream(from).anyMatch(c -> c == ZERO) ? plane : 0];
        int perTask = Math.max(1, TASK / plane);
        int tasks = Rounding.ceilDiv(from.length, perTask);
        workers.parallelFor(batch * tasks, task -> {
            int image = task / tasks;
            int end = Math.min(from.length, (task % tasks + 1) * perTask);
            for (int c = task % tasks * perTask; c < end; ) {
                int run = 1;
                while (c + run < end && source[c + run] == source[c] && channel[c + run] == channel[c] + run) {
                    run++;
                }
                int at = (image * from.length + c) * plane;
                if (source[c] == ZERO) {
                    run = 1;
                    target.put(at, zeros, 0, plane);
                } else {
                    Source s = sources[source[c]];
                    target.put(at, s.buffer(), (image * s.channels() + channel[c]) * plane, run * plane);
                }
                c += run;
            }
        });
    }

    private static void locate(Source[] sources, int[] from, int[] source, int[] channel) {
        int channels = Arrays.stream(sources).mapToInt(Source::channels).sum();
        for (int c = 0; c < from.length; c++) {
            if (from[c] < ZERO || from[c] >= channels) {
                throw new IllegalArgumentException("no such plane among " + channels + ": " + from[c]);
            }
            if (from[c] == ZERO) {
                source[c] = ZERO;
                continue;
            }
            channel[c] = from[c];
            while (channel[c] >= sources[source[c]].channels()) {
                channel[c] -= sources[source[c]].channels();
                source[c]++;
            }
        }
    }
}
