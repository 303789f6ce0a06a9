package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Convolution over groups of channels: a {@link DenseConvNorm} for each. */
final class GroupedConvNorm extends ConvNormKernel {

    /** Minimum number of groups for threads to share; fewer would leave some without work. */
    private static final int MIN_SHARED_GROUPS = 8;

    private final DenseConvNorm[] groups;
    private final int outputs;
    private final int weights;

    GroupedConvNorm(ConvShape shape, Activation activation, float epsilon, Workers workers, KernelProvider kernels) {
        super(shape, activation, epsilon, workers, kernels);
        int count = shape.groups();
        this.outputs = shape.outChannels() / count;
        this.weights = shape.weights() / count;
        ConvShape ofGroup = new ConvShape(shape.inChannels() / count, outputs, shape.kernel(), shape.stride(),
            shape.padding(), 1, shape.inHeight(), shape.inWidth());
        this.groups = IntStream.range(0, count)
            .mapToObj(group -> new DenseConvNorm(ofGroup, group, activation, epsilon, workers, kernels))
            .toArray(DenseConvNorm[]::new);
    }

    /** Nothing here: each group keeps its own. */
    @Override
    int keptSize(int batch) {
        return 0;
    }

    @Override
    public void release() {
        super.release();
        for (DenseConvNorm group : groups) {
            group.release();
        }
    }

    @Override
    void convolve(int batch, PlaneSource x, float[] w, PlaneTarget out, float[] y, Statistics statistics) {
        forEachGroup(group -> {
            DenseConvNorm kernel = groups[group];
            int first = group * outputs;
            Statistics ofGroup = null;
            if (statistics == null) {
                System.arraycopy(norms, first, kernel.norms, 0, outputs);
            } else {
                ofGroup = (channel, mean, variance) -> {
                    statistics.accept(first + channel, mean, variance);
                    kernel.norms[channel] = norms[first + channel];
                };
            }
            float[] kept = y == null ? null : kernel.keep(batch, statistics != null);
            kernel.convolve(batch, x, weights(w, group), out, kept, ofGroup);
        });
    }

    @Override
    PlaneSource keptOutput(int batch) {
        PlaneSource[] ofGroups = Arrays.stream(groups).map(group -> group.keptOutput(batch))
            .toArray(PlaneSource[]::new);
        return (channel, column, to, at, length) ->
            ofGroups[channel / outputs].read(channel % outputs, column, to, at, length);
    }

    @Override
    void propagate(int batch, PlaneSource x, PlaneSource dOut, float[] w, PlaneTarget dX, float[] dW,
                   float[] dGamma, float[] dBeta) {
        forEachGroup(group -> {
            float[] toWeights = new float[weights];
            float[] toScale = new float[outputs];
            float[] toShift = new float[outputs];
            groups[group].propagate(batch, x, dOut, weights(w, group), dX, toWeights, toScale, toShift);
            System.arraycopy(toWeights, 0, dW, group * weights, weights);
            System.arraycopy(toScale, 0, dGamma, group * outputs, outputs);
            System.arraycopy(toShift, 0, dBeta, group * outputs, outputs);
        });
    }

    private float[] weights(float[] w, int group) {
        return Arrays.copyOfRange(w, group * weights, (group + 1) * weights);
    }

    private void forEachGroup(Workers.IntTask task) {
        if (groups.length >= MIN_SHARED_GROUPS) {
            workers.parallelFor(groups.length, task);
        } else {
            IntStream.range(0, groups.length).forEach(task::run);
        }
    }
}
