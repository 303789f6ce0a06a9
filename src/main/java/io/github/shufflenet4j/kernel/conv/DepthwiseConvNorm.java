package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.CacheLine;
import io.github.shufflenet4j.kernel.EdgeMasks;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** 3x3 convolution of every channel by itself, padded by 1. */
final class DepthwiseConvNorm extends ConvNormKernel {

    private static final int TAPS = 9;

    private final int channels;
    private final int plane;
    private final EdgeMasks masks;
    /** Planes of the output; at stride 2, also of the input's phases. */
    private final PaddedPlanes outPlanes;
    private final PaddedPlanes inPlanes;

    DepthwiseConvNorm(ConvShape shape, Activation activation, float epsilon, Workers workers, KernelProvider kernels) {
        super(shape, activation, epsilon, workers, kernels);
        this.channels = shape.outChannels();
        this.plane = shape.outPlane();
        this.masks = EdgeMasks.of(shape.outHeight(), shape.outWidth(), lanes);
        this.outPlanes = PaddedPlanes.of(shape.outHeight(), shape.outWidth(), lanes);
        this.inPlanes = shape.stride() == 1
            ? PaddedPlanes.of(shape.inHeight(), shape.inWidth(), lanes)
            : outPlanes;
    }

    /** Floats of a channel, with room for a vector that overhangs: another task may own what follows. */
    private int channelSize(int batch) {
        return Rounding.up(Math.addExact(Math.multiplyExact(batch, plane), lanes), lanes);
    }

    /** Where a channel begins in what is kept. */
    private int keptAt(int channel, int batch) {
        return CacheLine.START + channel * channelSize(batch);
    }

    @Override
    int keptSize(int batch) {
        return Math.addExact(CacheLine.START, Math.multiplyExact(channels, channelSize(batch)));
    }

    @Override
    void convolve(int batch, PlaneSource x, float[] w, PlaneTarget out, float[] y, Statistics statistics) {
        int size = batch * plane;
        workers.parallelFor(channels, channel -> {
            Scratch scratch = Scratch.ofThread();
            float[] input = loadInput(batch, channel, x);
            float[] c = y != null ? y : scratch.floats(Slot.OUTPUT, channelSize(batch));
            int at = y != null ? keptAt(channel, batch) : 0;
            for (int image = 0; image < batch; image++) {
                if (shape.stride() == 1) {
                    planes.depthwise(input, inPlanes.at(image), shape.inWidth(), plane, masks,
                        w, channel * TAPS, c, at + image * plane);
                } else {
                    planes.depthwiseStride2(input, inPlanes.at(4 * image), inPlanes.pitch(), shape.outWidth(), plane,
                        masks, w, channel * TAPS, c, at + image * plane);
                }
            }
            if (statistics != null) {
                double mean = elementwise.sum(c, at, size) / size;
                statistics.accept(channel, mean, elementwise.squares(c, at, size, (float) mean) / size);
            }
            if (out != null) {
                float[] normalised = scratch.floats(Slot.GRADIENT, size);
                elementwise.normalise(c, at, size, norms[channel], normalised, 0);
                out.write(channel, 0, normalised, 0, size);
            }
        });
    }

    @Override
    PlaneSource keptOutput(int batch) {
        return (channel, column, to, at, length) ->
            elementwise.normalise(kept, keptAt(channel, batch) + column, length, norms[channel], to, at);
    }

    @Override
    void propagate(int batch, PlaneSource x, PlaneSource dOut, float[] w, PlaneTarget dX, float[] dW,
                   float[] dGamma, float[] dBeta) {
        workers.parallelFor(channels, channel -> {
            float[] d = loadGradient(batch, channel, dOut, dGamma, dBeta);
            float[] input = loadInput(batch, channel, x);
            if (shape.stride() == 1) {
                planes.depthwiseWeights(input, inPlanes.at(0), d, outPlanes.at(0), outPlanes.pitch(), batch,
                    shape.inWidth(), plane, masks, dW, channel * TAPS);
            } else {
                planes.depthwiseStride2Weights(input, inPlanes.at(0), inPlanes.pitch(), d, outPlanes.at(0),
                    outPlanes.pitch(), batch, shape.outWidth(), plane, masks, dW, channel * TAPS);
            }
            if (dX != null) {
                storeInputGradient(batch, channel, d, w, dX);
            }
        });
    }

    /** Gradient to the convolution's output in one channel, by padded planes. */
    private float[] loadGradient(int batch, int channel, PlaneSource dOut, float[] dGamma, float[] dBeta) {
        Scratch scratch = Scratch.ofThread();
        int size = batch * plane;
        int at = keptAt(channel, batch);
        PlaneSource.Line line = dOut.line(channel, 0, scratch.floats(Slot.OUTPUT, size), 0, size);
        double[] sums = new double[2];
        elementwise.gradientSums(line.array(), line.at(), kept, at, size, norms[channel], sums, 0);
        NormGradient throughNorm = normGradient(channel, sums, 0, size, dGamma, dBeta);
        float[] padded = scratch.floats(Slot.GRADIENT, outPlanes.size(batch));
        for (int image = 0; image < batch; image++) {
            elementwise.gradient(line.array(), line.at() + image * plane, kept, at + image * plane, plane,
                norms[channel], throughNorm.slope(), throughNorm.constant(), padded, outPlanes.at(image));
        }
        outPlanes.fill(padded, batch, 0);
        return padded;
    }

    /** One channel of the input by padded planes, or padded phases at stride 2. */
    private float[] loadInput(int batch, int channel, PlaneSource x) {
        Scratch scratch = Scratch.ofThread();
        int count = shape.stride() == 1 ? batch : 4 * batch;
        float[] input = scratch.floats(Slot.INPUT, inPlanes.size(count));
        float[] row = scratch.floats(Slot.ROW, shape.inPlane() + 4 * lanes);
        for (int image = 0; image < batch; image++) {
            int from = image * shape.inPlane();
            if (shape.stride() == 1) {
                x.read(channel, from, input, inPlanes.at(image), shape.inPlane());
            } else {
                x.read(channel, from, row, 0, shape.inPlane());
                planes.split(row, 0, shape.inHeight(), shape.inWidth(), input, inPlanes.at(4 * image),
                    inPlanes.pitch(), 0);
            }
        }
        inPlanes.fill(input, count, 0);
        return input;
    }

    private void storeInputGradient(int batch, int channel, float[] d, float[] w, PlaneTarget dX) {
        Scratch scratch = Scratch.ofThread();
        float[] row = scratch.floats(Slot.ROW, shape.inPlane() + 4 * lanes);
        float[] phases = scratch.floats(Slot.INPUT_GRADIENT, inPlanes.size(4));
        float[] reversed = new float[TAPS];
        for (int tap = 0; tap < TAPS; tap++) {
            reversed[tap] = w[channel * TAPS + TAPS - 1 - tap];
        }
        for (int image = 0; image < batch; image++) {
            if (dX instanceof HeapPlanes heap && shape.stride() == 1) {
                // What overhangs is overwritten by the next image's.
                planes.depthwise(d, outPlanes.at(image), shape.inWidth(), plane, masks, reversed, 0,
                    heap.data(), heap.at(channel, image * plane));
                continue;
            }
            if (shape.stride() == 1) {
                planes.depthwise(d, outPlanes.at(image), shape.inWidth(), plane, masks, reversed, 0, row, 0);
            } else {
                planes.depthwiseStride2Input(d, outPlanes.at(image), shape.outWidth(), plane, masks,
                    w, channel * TAPS, phases, inPlanes.at(0), inPlanes.pitch());
                planes.merge(phases, inPlanes.at(0), inPlanes.pitch(), shape.inHeight(), shape.inWidth(), row, 0);
            }
            dX.write(channel, image * shape.inPlane(), row, 0, shape.inPlane());
        }
    }
}
