package io.github.shufflenet4j.inference.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;

/** Features and feature maps of the plan, against the graph and against torchvision. */
class FeaturePlanTest {

    private static final ChannelsLastKernels KERNELS = KernelProviders.get().channelsLast();

    private static float[] run(ModelWeights weights, PlanOutputs goal, ChannelsLastKernels kernels, int threads,
                               float[] images, int count, SpatialSize plane) {
        try (Workers workers = Workers.of(threads)) {
            FusedEngine engine = new FusedEngine(FoldedNetwork.of(weights), goal, plane, kernels, workers);
            float[] outputs = new float[count * engine.outputFloats()];
            engine.run(images, count, outputs);
            return outputs;
        }
    }

    private static void assertClose(float[] actual, float[] expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s, float %d", what, i).isCloseTo(expected[i], within(1e-4f));
        }
    }

    private static float[] graph(TrainedModel model, INDArray input, String name) {
        return Activations.of(model.network(), input, name).dup('c').data().asFloat();
    }

    @ParameterizedTest(name = "{0} {1}, {2} x {3}, {4} images")
    @CsvSource({"X0_25, TORCHVISION, 64, 64, 1", "X0_5, TORCHVISION, 161, 130, 3", "X1_0, MEGVII, 96, 64, 11",
        "X1_5, TORCHVISION, 33, 47, 2", "X2_0, MEGVII, 64, 64, 1"})
    void theyAreWhatTheGraphComputes(ShuffleNetV2Variant variant, BlockLayout layout, int height, int width,
                                     int count) {
        TrainedModel model = RandomModels.of(variant, layout, 7);
        ModelWeights weights = ModelWeights.of(model);
        SpatialSize plane = new SpatialSize(height, width);
        Random random = new Random(4);
        float[] images = new float[count * 3 * plane.pixels()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        INDArray input = Nd4j.createFromArray(images).reshape('c', count, 3, height, width);
        for (ChannelsLastKernels kernels : List.of(KERNELS, KernelProviders.scalar().channelsLast())) {
            for (int threads = 1; threads <= 3; threads++) {
                assertClose(run(weights, PlanOutputs.FEATURES, kernels, threads, images, count, plane),
                        graph(model, input, "pool"), "pool");
                for (NetworkPart part : EnumSet.range(NetworkPart.STAGE2, NetworkPart.CONV5)) {
                    PlanOutputs map = new PlanOutputs(false, Set.of(part));
                    assertClose(run(weights, map, kernels, threads, images, count, plane),
                            graph(model, input, part.label()), part.label());
                }
            }
        }
    }

    @Test
    void severalMapsComeOneBehindTheOther() {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 7);
        float[] image = new float[3 * 64 * 64];
        image[5000] = 3;
        INDArray input = Nd4j.createFromArray(image).reshape('c', 1, 3, 64, 64);
        PlanOutputs maps = new PlanOutputs(false, Set.of(NetworkPart.CONV5, NetworkPart.STAGE2));
        float[] actual = run(ModelWeights.of(model), maps, KERNELS, 2, image, 1, new SpatialSize(64, 64));
        float[] expected = Nd4j.concat(0, Nd4j.createFromArray(graph(model, input, "stage2")),
                Nd4j.createFromArray(graph(model, input, "conv5"))).data().asFloat();
        assertClose(actual, expected, "stage2 and conv5");
        assertThatIllegalArgumentException().isThrownBy(() -> new PlanOutputs(false, Set.of(NetworkPart.CONV1)))
                .withMessageContaining("conv1").withMessageContaining("stage2, stage3, stage4 or conv5");
    }

    /** To the bit, whoever asks for the maps as well: for several images, groups of them, and planes of any form. */
    @ParameterizedTest(name = "{0} {1}, {2} x {3}, {4} images")
    @CsvSource({"X0_25, TORCHVISION, 64, 64, 1", "X0_5, MEGVII, 161, 130, 3", "X1_0, TORCHVISION, 33, 95, 11"})
    void logitsComeBehindTheMaps(ShuffleNetV2Variant variant, BlockLayout layout, int height, int width, int count) {
        ModelWeights weights = ModelWeights.of(RandomModels.of(variant, layout, 7));
        SpatialSize plane = new SpatialSize(height, width);
        Random random = new Random(5);
        float[] images = new float[count * 3 * plane.pixels()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        for (ChannelsLastKernels kernels : List.of(KERNELS, KernelProviders.scalar().channelsLast())) {
            for (int threads = 1; threads <= 3; threads++) {
                float[] logits = run(weights, PlanOutputs.LOGITS, kernels, threads, images, count, plane);
                float[] maps = run(weights, new PlanOutputs(false, Set.of(NetworkPart.CONV5)), kernels, threads,
                        images, count, plane);
                float[] both = run(weights, PlanOutputs.CONV5_AND_LOGITS, kernels, threads, images, count, plane);
                int map = maps.length / count;
                for (int image = 0; image < count; image++) {
                    int at = image * (map + 7);
                    assertThat(Arrays.copyOfRange(both, at, at + map))
                            .containsExactly(Arrays.copyOfRange(maps, image * map, (image + 1) * map));
                    assertThat(Arrays.copyOfRange(both, at + map, at + map + 7))
                            .containsExactly(Arrays.copyOfRange(logits, image * 7, (image + 1) * 7));
                }
            }
        }
    }

    @Test
    void whatTransferLearningFrozeIsCompiledAsWell() {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 7);
        ComputationGraph frozen = new TransferLearning.GraphBuilder(model.network()).setFeatureExtractor("conv5")
                .nOutReplace("fc", 2, WeightInit.XAVIER).build();
        TrainedModel transferred = new TrainedModel(frozen, model.metadata().withClassNames(List.of("a", "b")));
        float[] image = new float[3 * 64 * 64];
        image[2000] = 9;
        SpatialSize plane = new SpatialSize(64, 64);
        assertThat(run(ModelWeights.of(transferred), PlanOutputs.FEATURES, KERNELS, 1, image, 1,
                plane)).containsExactly(run(ModelWeights.of(model), PlanOutputs.FEATURES, KERNELS, 1,
                image, 1, plane));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x0_5", "x1_0"})
    void theyAreTorchvisions(String variant) throws IOException {
        Path golden = Shared.path("fixtures/golden").resolve(variant);
        ModelWeights weights = ModelLoader.loadWeights(golden.resolve("weights.pth")).orElseThrow();
        Tensor input = NpyFile.read(golden.resolve("input.npy"));
        int count = input.shape()[0];
        SpatialSize plane = new SpatialSize(input.shape()[2], input.shape()[3]);
        for (NetworkPart part : EnumSet.range(NetworkPart.STAGE2, NetworkPart.CONV5)) {
            Tensor expected = NpyFile.read(golden.resolve(part.label() + ".npy"));
            MapLayout place = MapLayout.of(weights.metadata().variant(), plane, Set.of(part)).get(part);
            assertThat(expected.shape())
                    .containsExactly(count, place.channels(), place.size().height(), place.size().width());
            assertClose(run(weights, new PlanOutputs(false, Set.of(part)), KERNELS, 2,
                    input.data(), count, plane), expected.data(), part.label());
        }
        Tensor conv5 = NpyFile.read(golden.resolve("conv5.npy"));
        float[] means = new float[count * conv5.shape()[1]];
        int pixels = conv5.shape()[2] * conv5.shape()[3];
        for (int i = 0; i < conv5.data().length; i++) {
            means[i / pixels] += conv5.data()[i] / pixels;
        }
        assertClose(run(weights, PlanOutputs.FEATURES, KERNELS, 2, input.data(), count, plane),
                means, "means of conv5");
    }
}
