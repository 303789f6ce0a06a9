package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;

class NetworkWeightsTest {

    private static final int CLASSES = 7;

    @TempDir
    private Path folder;

    static INDArray array(Path npy) throws Exception {
        Tensor tensor = NpyFile.read(npy);
        return Nd4j.createFromArray(tensor.data())
                .reshape('c', Arrays.stream(tensor.shape()).asLongStream().toArray());
    }

    /** torchvision's own activations, stage by stage. */
    @ParameterizedTest
    @CsvSource({"x0_5", "x1_0"})
    void everyStageIsTorchvisions(String variant) throws Exception {
        Path golden = Shared.path("fixtures/golden").resolve(variant);
        TrainedModel model = ModelLoader.load(golden.resolve("weights.pth"));
        assertThat(model.metadata().variant().label()).isEqualTo(variant);
        assertThat(model.metadata().classNames()).hasSize(10);
        INDArray input = array(golden.resolve("input.npy"));
        for (String stage : new String[] {"conv1", "maxpool", "stage2", "stage3", "stage4", "conv5", "fc"}) {
            INDArray expected = array(golden.resolve(stage + ".npy"));
            INDArray actual = Activations.of(model.network(), input, stage);
            assertThat(actual.shape()).as(stage).isEqualTo(expected.shape());
            assertThat(actual.sub(expected).amaxNumber().doubleValue()).as(stage).isLessThan(1e-5);
        }
    }

    /** A state dict with the scheme's keys for a network, made from the published names and not by the reader. */
    private static Map<String, Tensor> stateDict(ShuffleNetV2Variant variant, BlockLayout layout) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Random random = new Random(3);
        boolean megvii = layout == BlockLayout.MEGVII;
        convolution(tensors, random, megvii ? "first_conv" : "conv1", 0, variant.conv1Channels(), 3, 3);
        int inputs = variant.conv1Channels();
        int feature = 0;
        for (ShuffleNetV2Variant.Stage stage : variant.stages()) {
            int half = stage.channels() / 2;
            for (int unit = 0; unit < stage.units(); unit++) {
                String prefix = megvii ? "features." + feature++ : stage.name() + "." + unit;
                String main = prefix + (megvii ? ".branch_main" : ".branch2");
                int outputs = half;
                if (unit == 0) {
                    String projection = prefix + (megvii ? ".branch_proj" : ".branch1");
                    int projected = megvii ? inputs : half;
                    convolution(tensors, random, projection, 0, inputs, 1, 3);
                    convolution(tensors, random, projection, 2, projected, inputs, 1);
                    outputs = stage.channels() - projected;
                }
                convolution(tensors, random, main, 0, half, unit == 0 ? inputs : half, 1);
                convolution(tensors, random, main, 3, half, 1, 3);
                convolution(tensors, random, main, 5, outputs, half, 1);
            }
            inputs = stage.channels();
        }
        convolution(tensors, random, megvii ? "conv_last" : "conv5", 0, variant.conv5Channels(), inputs, 1);
        tensors.put(megvii ? "classifier.0.weight" : "fc.weight", tensor(random, CLASSES, variant.conv5Channels()));
        if (!megvii) {
            tensors.put("fc.bias", tensor(random, CLASSES));
        }
        return tensors;
    }

    private static void convolution(Map<String, Tensor> tensors, Random random, String prefix, int position, int out,
                                    int in, int kernel) {
        tensors.put(prefix + "." + position + ".weight", tensor(random, out, in, kernel, kernel));
        String norm = prefix + "." + (position + 1);
        for (String key : new String[] {".weight", ".bias", ".running_mean", ".running_var"}) {
            tensors.put(norm + key, tensor(random, out));
        }
        tensors.put(norm + ".num_batches_tracked", new Tensor(new int[0], new float[] {5}));
    }

    private static Tensor tensor(Random random, int... shape) {
        float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < data.length; i++) {
            data[i] = 0.1f + random.nextFloat();
        }
        return new Tensor(shape, data);
    }

    private Path write(Map<String, Tensor> tensors) throws Exception {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsFile.write(file, tensors, Map.of());
        return file;
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "X0_25, TORCHVISION", "X0_33, TORCHVISION", "X0_5, TORCHVISION", "X1_0, TORCHVISION", "X1_5, TORCHVISION",
        "X2_0, TORCHVISION", "X0_33, MEGVII", "X0_5, MEGVII", "X1_0, MEGVII", "X1_5, MEGVII", "X2_0, MEGVII"
    })
    void widthLayoutAndClassesAreRecognised(ShuffleNetV2Variant variant, BlockLayout layout) throws Exception {
        Map<String, Tensor> tensors = stateDict(variant, layout);
        TrainedModel model = ModelLoader.load(write(tensors));
        assertThat(model.metadata().variant()).isEqualTo(variant);
        assertThat(model.metadata().blockLayout()).isEqualTo(layout);
        assertThat(model.metadata().classNames()).hasSize(CLASSES);
        assertThat(model.metadata().preprocessing().channelOrder().name())
                .isEqualTo(layout == BlockLayout.MEGVII ? "BGR" : "RGB");
        boolean megvii = layout == BlockLayout.MEGVII;
        // One of each kind of place: a depthwise of a projection, a pointwise deep inside, batch norm, classifier.
        check(model.network(), "stage3.0.branch1.depthwise", "W",
                tensors.get(megvii ? "features.4.branch_proj.0.weight" : "stage3.0.branch1.0.weight"));
        check(model.network(), "stage4.2.branch2.pointwise2", "W",
                tensors.get(megvii ? "features.14.branch_main.5.weight" : "stage4.2.branch2.5.weight"));
        check(model.network(), "stage2.1.branch2.depthwise", "var",
                tensors.get(megvii ? "features.1.branch_main.4.running_var" : "stage2.1.branch2.4.running_var"));
        INDArray classifier = model.network().getLayer(ShuffleNetV2.FC).getParam("W");
        assertThat(classifier.getFloat(5, 3)).isEqualTo(
                tensors.get(megvii ? "classifier.0.weight" : "fc.weight").data()[3 * variant.conv5Channels() + 5]);
    }

    private static void check(ComputationGraph network, String layer, String param, Tensor expected) {
        assertThat(network.getLayer(layer).getParam(param).dup('c').data().asFloat()).isEqualTo(expected.data());
    }

    @Test
    void keysThatDoNotFitAreListedByName() throws Exception {
        Map<String, Tensor> tensors = stateDict(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION);
        tensors.remove("stage3.5.branch2.4.running_mean");
        tensors.put("auxiliary.weight", new Tensor(new int[] {1}, new float[1]));
        tensors.put("stage2.0.branch1.2.weight", tensor(new Random(1), 24, 24, 3, 3));
        Path file = write(tensors);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("1 missing: stage3.5.branch2.4.running_mean")
                .withMessageContaining("1 unexpected: auxiliary.weight")
                .withMessageContaining("1 misshapen: stage2.0.branch1.2.weight is [24, 24, 3, 3], expected")
                .withMessageNotContaining("\n");
    }

    @Test
    void weightsOfAnotherNetworkAreRefused() throws Exception {
        Path file = write(Map.of("features.0.conv.weight", tensor(new Random(1), 4, 3, 3, 3)));
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(file))
                .withMessageContaining("no ShuffleNet V2").withMessageContaining("features.0.conv.weight");
        Map<String, Tensor> wide = stateDict(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION);
        wide.put("conv5.0.weight", tensor(new Random(1), 999, 192, 1, 1));
        Path odd = write(wide);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(odd))
                .withMessageContaining("999");
        wide = stateDict(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION);
        wide.remove("fc.weight");
        Path headless = write(wide);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(headless))
                .withMessageContaining("fc.weight");
    }

    @Test
    void theBodyGoesIntoANetworkForOtherClasses() throws Exception {
        for (BlockLayout layout : BlockLayout.values()) {
            TrainedModel source = RandomModels.of(ShuffleNetV2Variant.X0_5, layout, CLASSES);
            Path file = folder.resolve(layout + ".safetensors");
            ExportFormat.SAFETENSORS.write(file, source);
            ComputationGraph target = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).blockLayout(layout)
                    .numClasses(3).build().init();
            INDArray head = target.getLayer("fc").params().dup();
            ModelLoader.readWeights(file).copyBodyTo(target);
            assertThat(target.getLayer("fc").params()).isEqualTo(head);
            source.network().paramTable().forEach((key, array) -> {
                if (!key.startsWith("fc")) {
                    assertThat(target.getParam(key)).as(key).isEqualTo(array);
                }
            });
        }
    }
}
