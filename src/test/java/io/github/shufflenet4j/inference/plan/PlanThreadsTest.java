package io.github.shufflenet4j.inference.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.WeightPacking;
import io.github.shufflenet4j.kernel.concurrent.Team;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;

/** One image on teams larger than this machine has cores: the work of the members, by counting. */
class PlanThreadsTest {

    private static final int CLASSES = 1000;
    private static final SpatialSize SIZE = new SpatialSize(224, 224);
    private static final int PANEL_WIDTHS = 4;

    /** Passes calls on, and counts multiply-adds by member, and by the vectors of a panel. */
    private record CountingKernels(ChannelsLastKernels kernels, ThreadLocal<Integer> member, AtomicLongArray byMember,
                                   AtomicLongArray byPanelWidth) implements ChannelsLastKernels {

        CountingKernels(int members) {
            this(KernelProviders.get().channelsLast(), new ThreadLocal<>(), new AtomicLongArray(members),
                    new AtomicLongArray(PANEL_WIDTHS));
        }

        private void count(long multiplyAdds) {
            byMember.addAndGet(member.get(), multiplyAdds);
        }

        @Override
        public WeightPacking packing() {
            return kernels.packing();
        }

        @Override
        public void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width,
                              PointwiseWeights weights, int from, int to,
                              float[] out, int outAt, int outRowPitch, int outPitch) {
            for (int panel = from; panel < to; panel++) {
                int outputs = weights.firstOutput(panel + 1) - weights.firstOutput(panel);
                long multiplyAdds = (long) rows * width * weights.inputs() * outputs;
                count(multiplyAdds);
                byPanelWidth.addAndGet(outputs / lanes(), multiplyAdds);
            }
            kernels.pointwise(in, inAt, inRowPitch, inPitch, rows, width, weights, from, to, out, outAt, outRowPitch,
                    outPitch);
        }

        @Override
        public void windows(float[] in, int[] taps, int width, PointwiseWeights weights, float[] out, int outAt,
                            int outPitch) {
            count((long) width * weights.inputs() * weights.paddedOutputs());
            kernels.windows(in, taps, width, weights, out, outAt, outPitch);
        }

        @Override
        public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                              DepthwiseWeights weights, int from, int to, int width, float[] out, int outAt,
                              int outPitch) {
            count(9L * width * (to - from) * lanes());
            kernels.depthwise(in, above, middle, below, inPitch, stride, weights, from, to, width, out, outAt,
                    outPitch);
        }

        @Override
        public void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                            float[] out, int outAt, int outPitch) {
            kernels.maxPool(in, above, middle, below, inPitch, vectors, width, out, outAt, outPitch);
        }

        @Override
        public void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt) {
            kernels.average(in, inAt, inPitch, pixels, vectors, out, outAt);
        }

        @Override
        public void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt,
                         int outPitch) {
            kernels.copy(in, inAt, inPitch, pixels, length, out, outAt, outPitch);
        }
    }

    /**
     * @param busiest   bound of the work of the busiest member, relative to an equal share of one thread's work: rows
     *                  at the borders of shares are computed twice, and some members have one panel more
     * @param oneVector bound of the share of multiply-adds in panels of one vector, which load as much as they compute
     */
    @ParameterizedTest(name = "{0}, {1} threads")
    @CsvSource({"x0.5, 2, 1.1, 0", "x0.5, 4, 1.2, 0.1", "x0.5, 8, 1.3, 0.2", "x0.5, 16, 1.7, 0.5",
        "x1.0, 2, 1.1, 0", "x1.0, 4, 1.2, 0.1", "x1.0, 8, 1.4, 0.1", "x1.0, 16, 1.7, 0.2"})
    void workIsSharedInFullTiles(String variant, int threads, double busiest, double oneVector) {
        FoldedNetwork network = FoldedNetwork.of(ModelWeights.of(RandomModels.of(ShuffleNetV2Variant.of(variant),
                BlockLayout.TORCHVISION, CLASSES)));
        CountingKernels alone = new CountingKernels(1);
        float[] expected = logits(network, alone, 1);
        CountingKernels together = new CountingKernels(threads);
        assertThat(logits(network, together, threads)).as("the same bits").containsExactly(expected);

        double share = (double) alone.byMember().get(0) / threads;
        for (int member = 0; member < threads; member++) {
            assertThat(together.byMember().get(member) / share).as("member %d", member).isLessThan(busiest);
        }
        double all = 0;
        for (int width = 1; width < PANEL_WIDTHS; width++) {
            all += together.byPanelWidth().get(width);
        }
        assertThat(together.byPanelWidth().get(1) / all).isLessThanOrEqualTo(oneVector);
    }

    private static float[] logits(FoldedNetwork network, CountingKernels kernels, int threads) {
        FusedPlan plan = PlanCompiler.compile(network, PlanOutputs.LOGITS, SIZE, kernels, threads, 1);
        Workspace workspace = plan.workspace();
        Random random = new Random(5);
        workspace.input = new float[3 * SIZE.pixels()];
        for (int i = 0; i < workspace.input.length; i++) {
            workspace.input[i] = (float) random.nextGaussian();
        }
        try (Workers workers = Workers.of(threads)) {
            workers.together((member, team) -> run(plan, workspace, kernels, member, team));
        }
        float[] logits = new float[plan.outputFloats()];
        plan.copyOutputs(workspace, 0, logits, 0);
        return logits;
    }

    private static void run(FusedPlan plan, Workspace workspace, CountingKernels kernels, int member, Team team) {
        kernels.member().set(member);
        plan.run(workspace, 1, member, team);
    }
}
