package io.github.shufflenet4j.inference.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.WeightPacking;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelWeights;

/**
 * Where the time of a prediction goes: milliseconds per image of each kernel by its shape, on one thread at 224x224,
 * in the median and the fastest of many passes. Run by {@code training-scripts/benchmark.sh profile}.
 */
final class PlanProfile {

    private static final int CLASSES = 1000;
    private static final int PASSES = 40;
    private static final int WARM_UP_IMAGES = 400;

    private PlanProfile() {
    }

    /** Nanoseconds and multiply-adds. */
    private record Spent(long nanos, long multiplyAdds) {
        Spent plus(Spent other) {
            return new Spent(nanos + other.nanos, multiplyAdds + other.multiplyAdds);
        }
    }

    /** A pass over a batch. */
    private record Pass(long nanos, Map<String, Spent> kernels) {
    }

    /** Passes calls on, and times them. */
    private static final class TimedKernels implements ChannelsLastKernels {

        private final ChannelsLastKernels kernels = KernelProviders.get().channelsLast();
        private Map<String, Spent> spent = new TreeMap<>();

        private void time(String kernel, long multiplyAdds, Runnable call) {
            long start = System.nanoTime();
            call.run();
            spent.merge(kernel, new Spent(System.nanoTime() - start, multiplyAdds), Spent::plus);
        }

        @Override
        public WeightPacking packing() {
            return kernels.packing();
        }

        @Override
        public void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width,
                              PointwiseWeights weights, int from, int to,
                              float[] out, int outAt, int outRowPitch, int outPitch) {
            long outputs = weights.firstOutput(to) - weights.firstOutput(from);
            time("pointwise, " + weights.inputs() + " inputs", rows * width * outputs * weights.inputs(), () ->
                    kernels.pointwise(in, inAt, inRowPitch, inPitch, rows, width, weights, from, to, out, outAt,
                            outRowPitch, outPitch));
        }

        @Override
        public void windows(float[] in, int[] taps, int width, PointwiseWeights weights, float[] out, int outAt,
                            int outPitch) {
            time("first convolution", (long) width * weights.inputs() * weights.paddedOutputs(), () ->
                    kernels.windows(in, taps, width, weights, out, outAt, outPitch));
        }

        @Override
        public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                              DepthwiseWeights weights, int from, int to, int width, float[] out, int outAt,
                              int outPitch) {
            time("depthwise, stride " + stride + ", width " + width, 9L * width * (to - from) * lanes(), () ->
                    kernels.depthwise(in, above, middle, below, inPitch, stride, weights, from, to, width, out, outAt,
                            outPitch));
        }

        @Override
        public void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                            float[] out, int outAt, int outPitch) {
            time("max pooling", 0, () ->
                    kernels.maxPool(in, above, middle, below, inPitch, vectors, width, out, outAt, outPitch));
        }

        @Override
        public void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt) {
            time("average pooling", 0, () -> kernels.average(in, inAt, inPitch, pixels, vectors, out, outAt));
        }

        @Override
        public void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt,
                         int outPitch) {
            time("copies of channels", 0, () ->
                    kernels.copy(in, inAt, inPitch, pixels, length, out, outAt, outPitch));
        }
    }

    /** {@code VARIANT BATCH}, such as {@code x1.0 16} */
    public static void main(String[] arguments) {
        ShuffleNetV2Variant variant = ShuffleNetV2Variant.of(arguments[0]);
        int batch = Integer.parseInt(arguments[1]);
        List<Pass> passes = passes(variant, batch);
        passes.sort(Comparator.comparingLong(Pass::nanos));
        Pass median = passes.get(passes.size() / 2);
        Pass fastest = passes.get(0);
        Machine.facts().forEach((name, fact) -> System.out.println("- " + name + ": " + fact));
        System.out.printf("%n| %s, batch %d, 1 thread | ms | GFLOP/s | fastest, ms | GFLOP/s |%n", arguments[0], batch);
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        median.kernels.forEach((kernel, spent) -> System.out.println("| " + kernel + " | " + cells(spent, batch)
                + " | " + cells(fastest.kernels.get(kernel), batch) + " |"));
        System.out.println("| all else | " + cells(rest(median), batch) + " | " + cells(rest(fastest), batch) + " |");
        System.out.println("| together | " + cells(new Spent(median.nanos, 0), batch) + " | "
                + cells(new Spent(fastest.nanos, 0), batch) + " |");
    }

    private static Spent rest(Pass pass) {
        return new Spent(pass.nanos - pass.kernels.values().stream().mapToLong(Spent::nanos).sum(), 0);
    }

    private static String cells(Spent spent, int batch) {
        return String.format(Locale.ROOT, "%.2f | %s", spent.nanos / 1e6 / batch, spent.multiplyAdds == 0 ? ""
                : String.format(Locale.ROOT, "%.0f", 2.0 * spent.multiplyAdds / spent.nanos));
    }

    private static List<Pass> passes(ShuffleNetV2Variant variant, int batch) {
        FoldedNetwork network = FoldedNetwork.of(ModelWeights.of(RandomModels.of(variant, BlockLayout.TORCHVISION,
                CLASSES)));
        SpatialSize size = new SpatialSize(224, 224);
        TimedKernels kernels = new TimedKernels();
        FusedPlan plan = PlanCompiler.compile(network, PlanOutputs.LOGITS, size, kernels, 1, batch);
        Workspace workspace = plan.workspace();
        workspace.input = new float[batch * network.inputChannels() * size.pixels()];
        Random random = new Random(5);
        for (int i = 0; i < workspace.input.length; i++) {
            workspace.input[i] = (float) random.nextGaussian();
        }
        List<Pass> passes = new ArrayList<>();
        try (Workers workers = Workers.of(1)) {
            for (int pass = -WARM_UP_IMAGES / batch; pass < PASSES; pass++) {
                kernels.spent = new TreeMap<>();
                long start = System.nanoTime();
                workers.together((member, team) -> plan.run(workspace, batch, member, team));
                if (pass >= 0) {
                    passes.add(new Pass(System.nanoTime() - start, kernels.spent));
                }
            }
        }
        return passes;
    }
}
