package io.github.shufflenet4j.inference.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** The plan against the graph. */
class FusedPlanTest {

    private static final int CLASSES = 13;

    private static float[] images(int count, int height, int width) {
        Random random = new Random(count);
        float[] images = new float[count * 3 * height * width];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    private static float[] fused(TrainedModel model, ChannelsLastKernels kernels, int threads, float[] images,
                                 int count, int height, int width) {
        float[] logits = new float[count * CLASSES];
        try (Workers workers = Workers.of(threads)) {
            new FusedEngine(FoldedNetwork.of(ModelWeights.of(model)), PlanOutputs.LOGITS,
                    new SpatialSize(height, width), kernels, workers)
                    .run(images, count, logits);
        }
        return logits;
    }

    private static void check(ShuffleNetV2Variant variant, BlockLayout layout, int height, int width, int count) {
        TrainedModel model = RandomModels.of(variant, layout, CLASSES);
        float[] images = images(count, height, width);
        INDArray input = Nd4j.createFromArray(images).reshape('c', count, 3, height, width);
        float[] expected = Activations.of(model.network(), input, ShuffleNetV2.FC).dup('c').data().asFloat();
        float[] first = null;
        for (ChannelsLastKernels kernels : new ChannelsLastKernels[] {
                KernelProviders.get().channelsLast(), KernelProviders.scalar().channelsLast()}) {
            for (int threads = 1; threads <= 3; threads++) {
                float[] logits = fused(model, kernels, threads, images, count, height, width);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(logits[i]).as("%s, %d threads, logit %d", kernels, threads, i)
                            .isCloseTo(expected[i], within(1e-4f));
                }
                first = first == null ? logits : first;
                assertThat(logits).as("%s, %d threads: the same bits", kernels, threads).containsExactly(first);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"X0_25, TORCHVISION", "X0_33, TORCHVISION", "X0_5, TORCHVISION", "X1_0, TORCHVISION",
        "X1_5, TORCHVISION", "X2_0, TORCHVISION", "X0_5, MEGVII", "X1_0, MEGVII", "X1_5, MEGVII", "X2_0, MEGVII"})
    void everyVariantAndLayout(ShuffleNetV2Variant variant, BlockLayout layout) {
        check(variant, layout, 96, 96, 1);
    }

    /** Sizes that leave no pixel, one, or a narrow rest to the tiles; odd ones; planes shared by rows and channels. */
    @ParameterizedTest(name = "{0} x {1}, {2} images")
    @CsvSource({"32, 32, 1", "33, 47, 1", "64, 64, 3", "96, 64, 1", "161, 130, 2", "224, 224, 1", "225, 223, 1",
        "320, 256, 1", "64, 64, 20"})
    void everySize(int height, int width, int count) {
        check(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, height, width, count);
    }

    @Test
    void oneImageIsTheSameAloneAndAmongOthers() {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.MEGVII, CLASSES);
        float[] images = images(11, 64, 64);
        float[] together = fused(model, KernelProviders.get().channelsLast(), 2, images, 11, 64, 64);
        float[] alone = fused(model, KernelProviders.get().channelsLast(), 2, images, 1, 64, 64);
        assertThat(java.util.Arrays.copyOf(together, CLASSES)).containsExactly(alone);
    }
}
