package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.kernel.Scratch.Slot;
import java.nio.FloatBuffer;

/**
 * 3x3 convolution of every channel by itself, padded by 1. A task does one channel of all images from input to output,
 * statistics included, while it is in the cache.
 */
final class DepthwiseConvNorm extends ConvNormKernel {

    private static final int TAPS = 9;

    private final int channels;
    private final int plane;
    private final Neighbours neighbours;
    /** Planes of the output; at stride 2, also of the input's phases. */
    private final Guarded outPlanes;
    private final Guarded inPlanes;

    DepthwiseConvNorm(ConvShape shape, Activation activation, float epsilon, Workers workers, Kernels kernels) {
        super(shape, activation, epsilon, workers, kernels);
        this.channels = shape.outChannels();
        this.plane = shape.outPlane();
        this.neighbours = Neighbours.of(shape.outHeight(), shape.outWidth(), kernels.lanes());
        this.outPlanes = Guarded.of(shape.outHeight(), shape.outWidth(), kernels.lanes());
        this.inPlanes = shape.stride() == 1
            ? Guarded.of(shape.inHeight(), shape.inWidth(), kernels.lanes())
            : outPlanes;
    }

    /** Floats of a channel, with room for a vector that overhangs: another task may own what follows. */
    private int channelSize(int batch) {
        return Math.addExact(Math.multiplyExact(batch, plane), kernels.lanes());
    }

    @Override
    int keptSize(int batch) {
        return Math.multiplyExact(channels, channelSize(batch));
    }

    @Override
    void convolve(int batch, FloatBuffer x, float[] w, FloatBuffer out, float[] y, Statistics statistics) {
        int size = batch * plane;
        workers.parallelFor(channels, channel -> {
            Scratch scratch = Scratch.ofThread();
            float[] input = loadInput(batch, channel, x);
            float[] c = y != null ? y : scratch.floats(Slot.OUTPUT, channelSize(batch));
            int at = y != null ? channel * channelSize(batch) : 0;
            for (int image = 0; image < batch; image++) {
                if (shape.stride() == 1) {
                    kernels.depthwise(input, inPlanes.at(image), shape.inWidth(), plane, neighbours,
                        w, channel * TAPS, c, at + image * plane);
                } else {
                    kernels.depthwiseStride2(input, inPlanes.at(4 * image), inPlanes.pitch(), shape.outWidth(), plane,
                        neighbours, w, channel * TAPS, c, at + image * plane);
                }
            }
            if (statistics != null) {
                double mean = kernels.sum(c, at, size) / size;
                statistics.accept(channel, mean, kernels.squares(c, at, size, (float) mean) / size);
            }
            float[] normalised = scratch.floats(Slot.GRADIENT, size);
            kernels.normalise(c, at, size, norms[channel], normalised, 0);
            for (int image = 0; image < batch; image++) {
                out.put((image * channels + channel) * plane, normalised, image * plane, plane);
            }
        });
    }

    @Override
    void propagate(int batch, FloatBuffer x, FloatBuffer dOut, float[] w, FloatBuffer dX, float[] dW,
                   float[] dGamma, float[] dBeta) {
        workers.parallelFor(channels, channel -> {
            float[] d = loadGradient(batch, channel, dOut, dGamma, dBeta);
            float[] input = loadInput(batch, channel, x);
            if (shape.stride() == 1) {
                kernels.depthwiseWeights(input, inPlanes.at(0), d, outPlanes.at(0), outPlanes.pitch(), batch,
                    shape.inWidth(), plane, neighbours, dW, channel * TAPS);
            } else {
                kernels.depthwiseStride2Weights(input, inPlanes.at(0), inPlanes.pitch(), d, outPlanes.at(0),
                    outPlanes.pitch(), batch, shape.outWidth(), plane, neighbours, dW, channel * TAPS);
            }
            if (dX != null) {
                storeInputGradient(batch, channel, d, w, dX);
            }
        });
    }

    /** Gradient to the convolution's output in one channel, by guarded planes. */
    private float[] loadGradient(int batch, int channel, FloatBuffer dOut, float[] dGamma, float[] dBeta) {
        Scratch scratch = Scratch.ofThread();
        int size = batch * plane;
        int at = channel * channelSize(batch);
        float[] line = scratch.floats(Slot.OUTPUT, size);
        for (int image = 0; image < batch; image++) {
            dOut.get((image * channels + channel) * plane, line, image * plane, plane);
        }
        double[] sums = new double[2];
        kernels.gradientSums(line, 0, kept, at, size, norms[channel], sums, 0);
        NormGradient throughNorm = normGradient(channel, sums, 0, size, dGamma, dBeta);
        kernels.gradient(line, 0, kept, at, size, norms[channel], throughNorm.slope(), throughNorm.constant());
        float[] guarded = scratch.floats(Slot.GRADIENT, outPlanes.size(batch));
        for (int image = 0; image < batch; image++) {
            System.arraycopy(line, image * plane, guarded, outPlanes.at(image), plane);
        }
        outPlanes.fill(guarded, batch, 0);
        return guarded;
    }

    /** One channel of the input by guarded planes, or guarded phases at stride 2. */
    private float[] loadInput(int batch, int channel, FloatBuffer x) {
        Scratch scratch = Scratch.ofThread();
        int planes = shape.stride() == 1 ? batch : 4 * batch;
        float[] input = scratch.floats(Slot.INPUT, inPlanes.size(planes));
        float[] row = scratch.floats(Slot.ROW, shape.inPlane() + 4 * kernels.lanes());
        for (int image = 0; image < batch; image++) {
            int from = (image * channels + channel) * shape.inPlane();
            if (shape.stride() == 1) {
                x.get(from, input, inPlanes.at(image), shape.inPlane());
            } else {
                x.get(from, row, 0, shape.inPlane());
                kernels.split(row, 0, shape.inHeight(), shape.inWidth(), input, inPlanes.at(4 * image),
                    inPlanes.pitch(), 0);
            }
        }
        inPlanes.fill(input, planes, 0);
        return input;
    }

    private void storeInputGradient(int batch, int channel, float[] d, float[] w, FloatBuffer dX) {
        Scratch scratch = Scratch.ofThread();
        float[] row = scratch.floats(Slot.ROW, shape.inPlane() + 4 * kernels.lanes());
        float[] phases = scratch.floats(Slot.INPUT_GRADIENT, inPlanes.size(4));
        float[] reversed = new float[TAPS];
        for (int tap = 0; tap < TAPS; tap++) {
            reversed[tap] = w[channel * TAPS + TAPS - 1 - tap];
        }
        for (int image = 0; image < batch; image++) {
            if (shape.stride() == 1) {
                kernels.depthwise(d, outPlanes.at(image), shape.inWidth(), plane, neighbours, reversed, 0, row, 0);
            } else {
                kernels.depthwiseStride2Input(d, outPlanes.at(image), shape.outWidth(), plane, neighbours,
                    w, channel * TAPS, phases, inPlanes.at(0), inPlanes.pitch());
                kernels.merge(phases, inPlanes.at(0), inPlanes.pitch(), shape.inHeight(), shape.inWidth(), row, 0);
            }
            dX.put((image * channels + channel) * shape.inPlane(), row, 0, shape.inPlane());
        }
    }
}
