package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.EdgeMasks;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.PlaneKernels;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import java.nio.FloatBuffer;

/**
 * Maximum over windows of 3x3 pixels at stride 2, padded by 1. Buffers are as in {@link ConvNormKernel}. Thread-safe;
 * nothing is kept between the passes.
 */
public final class MaxPoolKernel {

    private final int height;
    private final int width;
    private final int plane;
    private final PaddedPlanes phases;
    private final EdgeMasks masks;
    private final Workers workers;
    private final int lanes;
    private final PlaneKernels kernels;

    /**
     * @param height height of the input, in pixels
     * @param width  width of the input, in pixels
     * @throws IllegalArgumentException if a size is not positive
     */
    public MaxPoolKernel(int height, int width, Workers workers) {
        this(height, width, workers, KernelProviders.get());
    }

    MaxPoolKernel(int height, int width, Workers workers, KernelProvider kernels) {
        ConvShape shape = ConvShape.depthwise(1, 2, height, width);
        this.height = height;
        this.width = width;
        this.plane = shape.outPlane();
        this.phases = PaddedPlanes.of(shape.outHeight(), shape.outWidth(), kernels.lanes());
        this.masks = EdgeMasks.of(shape.outHeight(), shape.outWidth(), kernels.lanes());
        this.workers = workers;
        this.lanes = kernels.lanes();
        this.kernels = kernels.planes();
    }

    private int outWidth() {
        return (width + 1) / 2;
    }

    /**
     * Forward pass.
     *
     * @param planes number of planes: images times channels
     * @param x      input
     * @param out    receives the output
     * @throws IllegalArgumentException if a buffer is too short, or of foreign byte order
     */
    public void forward(int planes, FloatBuffer x, FloatBuffer out) {
        check(planes, x, out);
        forward(1, planes, new BufferPlanes(x, planes, height * width), new BufferPlanes(out, planes, plane));
    }

    /** The same from and to planes. */
    public void forward(int images, int channels, PlaneSource x, PlaneTarget out) {
        workers.parallelFor(images * channels, index -> {
            float[] input = load(index / channels, index % channels, x);
            float[] pooled = Scratch.ofThread().floats(Slot.OUTPUT, plane + lanes);
            kernels.maxPool(input, phases.at(0), phases.pitch(), outWidth(), plane, masks, pooled, 0);
            out.write(index % channels, index / channels * plane, pooled, 0, plane);
        });
    }

    /**
     * Backward pass. A window's gradient goes to its maximum, and to the first by rows among equals.
     *
     * @param planes number of planes: images times channels
     * @param x      input of the forward pass
     * @param dOut   gradient to the output
     * @param dX     receives the gradient to the input
     * @throws IllegalArgumentException if a buffer is too short, or of foreign byte order
     */
    public void backward(int planes, FloatBuffer x, FloatBuffer dOut, FloatBuffer dX) {
        check(planes, x, dOut);
        check(planes, dX, dOut);
        backward(1, planes, new BufferPlanes(x, planes, height * width), new BufferPlanes(dOut, planes, plane),
            new BufferPlanes(dX, planes, height * width));
    }

    /** The same from and to planes. */
    public void backward(int images, int channels, PlaneSource x, PlaneSource dOut, PlaneTarget dX) {
        workers.parallelFor(images * channels, index -> {
            int image = index / channels;
            int channel = index % channels;
            Scratch scratch = Scratch.ofThread();
            float[] input = load(image, channel, x);
            float[] found = scratch.floats(Slot.OUTPUT, phases.size(1));
            kernels.maxPoolIndex(input, phases.at(0), phases.pitch(), outWidth(), plane, masks,
                found, phases.at(0));
            float[] d = scratch.floats(Slot.GRADIENT, phases.size(1));
            dOut.read(channel, image * plane, d, phases.at(0), plane);
            phases.fill(d, 1, 0);
            float[] result = scratch.floats(Slot.INPUT_GRADIENT, phases.size(4));
            kernels.maxPoolInput(d, phases.at(0), found, phases.at(0), outWidth(), plane, masks,
                result, phases.at(0), phases.pitch());
            float[] row = scratch.floats(Slot.ROW, height * width + 4 * lanes);
            kernels.merge(result, phases.at(0), phases.pitch(), height, width, row, 0);
            dX.write(channel, image * height * width, row, 0, height * width);
        });
    }

    private float[] load(int image, int channel, PlaneSource x) {
        Scratch scratch = Scratch.ofThread();
        float[] row = scratch.floats(Slot.ROW, height * width + 4 * lanes);
        float[] input = scratch.floats(Slot.INPUT, phases.size(4));
        x.read(channel, image * height * width, row, 0, height * width);
        kernels.split(row, 0, height, width, input, phases.at(0), phases.pitch(), Float.NEGATIVE_INFINITY);
        phases.fill(input, 4, Float.NEGATIVE_INFINITY);
        return input;
    }

    private void check(int planes, FloatBuffer in, FloatBuffer out) {
        ConvNormKernel.check("input", in, (long) planes * height * width);
        ConvNormKernel.check("output", out, (long) planes * plane);
    }
}
