package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PickleBuilder;
import io.github.shufflenet4j.weights.torch.PthWriter;
import io.github.shufflenet4j.weights.torch.TorchFiles;

/** One network under the names, and in the files, of each source. */
class ForeignWeightsTest {

    private static final Pattern UNIT = Pattern.compile("stage(\\d)\\.(\\d)\\.branch(\\d)\\.(\\d)\\.(.*)");
    /** Number of the convolution in the branch, by position in torchvision's sequence. */
    private static final int[][] CONVOLUTION = {{}, {0, 0, 1, 1}, {0, 0, -1, 1, 1, 2, 2}};

    @TempDir
    Path folder;

    private final TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 7);

    /** torchvision's key as mmpretrain has it, written down from its source apart from {@link KeyScheme}. */
    private static String mmpretrain(String key) {
        Matcher unit = UNIT.matcher(key);
        if (unit.matches()) {
            int branch = Integer.parseInt(unit.group(3));
            int position = Integer.parseInt(unit.group(4));
            boolean convolution = branch == 1 ? position % 2 == 0 : List.of(0, 3, 5).contains(position);
            return "backbone.layers." + (Integer.parseInt(unit.group(1)) - 2) + "." + unit.group(2) + ".branch" + branch
                    + "." + CONVOLUTION[branch][position] + (convolution ? ".conv." : ".bn.") + unit.group(5);
        }
        return key.replace("conv1.0.", "backbone.conv1.conv.").replace("conv1.1.", "backbone.conv1.bn.")
                .replace("conv5.0.", "backbone.layers.3.conv.").replace("conv5.1.", "backbone.layers.3.bn.")
                .replace("fc.", "head.fc.");
    }

    /** The same for PaddleClas. */
    private static String paddle(String key) {
        Matcher unit = UNIT.matcher(key);
        String name = key.replace("conv1.0.", "_conv1._conv.").replace("conv1.1.", "_conv1._batch_norm.")
                .replace("conv5.0.", "_last_conv._conv.").replace("conv5.1.", "_last_conv._batch_norm.")
                .replace("fc.", "_fc.");
        if (unit.matches()) {
            int branch = Integer.parseInt(unit.group(3));
            int position = Integer.parseInt(unit.group(4));
            boolean convolution = branch == 1 ? position % 2 == 0 : List.of(0, 3, 5).contains(position);
            String[] kinds = branch == 1 ? new String[] {"_conv_dw", "_conv_linear"}
                    : new String[] {"_conv_pw", "_conv_dw", "_conv_linear"};
            name = unit.group(1) + "_" + (Integer.parseInt(unit.group(2)) + 1) + "."
                    + kinds[CONVOLUTION[branch][position]] + (unit.group(2).equals("0") ? "_" + branch : "")
                    + (convolution ? "._conv." : "._batch_norm.") + unit.group(5);
        }
        return name.replace("running_mean", "_mean").replace("running_var", "_variance");
    }

    private void assertSame(Path file, WeightFormat format) throws IOException {
        assertThat(WeightFiles.read(file).format()).isEqualTo(format);
        TrainedModel read = ModelLoader.load(file);
        assertThat(read.network().params()).isEqualTo(model.network().params());
        assertThat(read.metadata().preprocessing().channelOrder().name()).isEqualTo("RGB");
        Map<String, Tensor> expected = NetworkWeights.tensors(model);
        Map<String, Tensor> tensors = ModelLoader.loadWeights(file).orElseThrow().tensors();
        assertThat(tensors.keySet()).containsExactlyElementsOf(expected.keySet());
        tensors.forEach((key, tensor) -> assertThat(tensor.data()).as(key).isEqualTo(expected.get(key).data()));
    }

    @Test
    void mmpretrains() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NetworkWeights.stateDict(model).forEach((key, tensor) -> tensors.put(mmpretrain(key), tensor));
        assertThat(tensors).containsKeys("backbone.conv1.bn.num_batches_tracked",
                "backbone.layers.0.0.branch1.1.conv.weight", "backbone.layers.2.3.branch2.2.bn.running_var");
        Path file = folder.resolve("mmpretrain.pth");
        PthWriter.write(file, tensors, Precision.FP32, Map.of());
        assertSame(file, WeightFormat.ZIP_PTH);
    }

    @Test
    void paddles() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}(");
        NetworkWeights.tensors(model).forEach((key, tensor) -> {
            Tensor stored = key.equals("fc.weight") ? tensor.transpose() : tensor;
            pickle.text(paddle(key)).array("f4", "<", Arrays.stream(stored.shape()).asLongStream().toArray(),
                    TorchFiles.floats(stored.data()), 4);
        });
        Path file = folder.resolve("x.pdparams");
        Files.write(file, pickle.op("u").stop());
        assertThat(WeightFiles.read(file).tensors()).containsKeys("2_1._conv_linear_1._batch_norm._mean",
                "4_4._conv_pw._conv.weight", "_last_conv._batch_norm._variance", "_fc.bias");
        assertSame(file, WeightFormat.PDPARAMS);
    }

    @Test
    void faultsAreNamedAsInTheFile() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NetworkWeights.tensors(model).forEach((key, tensor) -> tensors.put(paddle(key), tensor));
        tensors.remove("3_2._conv_dw._batch_norm._mean");
        Path file = folder.resolve("x.safetensors");
        SafetensorsFile.write(file, tensors, Map.of());
        assertThatThrownBy(() -> ModelLoader.load(file)).isInstanceOf(WeightFileException.class)
                .hasMessageContaining("1 missing: 3_2._conv_dw._batch_norm._mean");
    }

    /**
     * Modules within modules, as {@code torch.jit.save} keeps the network, its tensors in the order of their storages.
     */
    @Test
    void torchScripts() throws IOException {
        Map<String, byte[]> storages = new LinkedHashMap<>();
        PickleBuilder pickle = new PickleBuilder();
        module(pickle, "", NetworkWeights.stateDict(model), storages);
        Path file = folder.resolve("script.pt");
        Files.write(file, TorchFiles.script(pickle.stop(), storages));
        assertSame(file, WeightFormat.TORCHSCRIPT);
    }

    private static void module(PickleBuilder pickle, String prefix, Map<String, Tensor> tensors,
                               Map<String, byte[]> storages) {
        pickle.global("__torch__.net", "Module").op(")").raw(0x81).op("}(").text("training").raw(0x89);
        tensors.keySet().stream().filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()).split("\\.")[0]).distinct().forEach(name -> {
                    Tensor tensor = tensors.get(prefix + name);
                    pickle.text(name);
                    if (tensor == null) {
                        module(pickle, prefix + name + ".", tensors, storages);
                        return;
                    }
                    String key = Integer.toString(storages.size());
                    storages.put(key, TorchFiles.floats(tensor.data()));
                    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
                    long[] stride = new long[shape.length];
                    long step = 1;
                    for (int axis = shape.length - 1; axis >= 0; axis--) {
                        stride[axis] = step;
                        step *= shape[axis];
                    }
                    pickle.tensor("FloatStorage", key, tensor.data().length, 0, shape, stride);
                });
        pickle.op("ub");
    }

    /** Every parameter to the bit, and everything that is said of the model. */
    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void exportsComeBackToTheBit(ExportFormat format) throws IOException {
        for (TrainedModel exported : List.of(model,
                RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.MEGVII, 3),
                RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.MEGVII, 3, true))) {
            Path file = folder.resolve("model" + format);
            assertThat(ExportFormat.of(file)).isEqualTo(format);
            format.write(file, exported);
            TrainedModel read = ModelLoader.load(file);
            assertThat(read.metadata()).isEqualTo(exported.metadata());
            assertThat(read.network().params()).isEqualTo(exported.network().params());
            ModelWeights weights = ModelLoader.loadWeights(file).orElseThrow();
            assertThat(weights.metadata()).isEqualTo(exported.metadata());
            byte[] first = Files.readAllBytes(file);
            if (format != ExportFormat.ZIP) { // whose entries carry the time
                format.write(file, read);
                assertThat(Files.readAllBytes(file)).isEqualTo(first);
            }
        }
    }

    /** Key for key what torchvision's {@code state_dict()} has. */
    @Test
    void exportsHaveAllThatALoaderIsStrictAbout() throws IOException {
        Path file = folder.resolve("model.pth");
        ExportFormat.PTH.write(file, model);
        Map<String, Tensor> tensors = WeightFiles.read(file).tensors();
        assertThat(tensors.keySet()).startsWith("conv1.0.weight", "conv1.1.weight", "conv1.1.bias",
                "conv1.1.running_mean", "conv1.1.running_var", "conv1.1.num_batches_tracked",
                "stage2.0.branch1.0.weight");
        assertThat(tensors).hasSize(56 * 6 + 2); // 56 convolutions with batch norm, and the classifier
        assertThat(tensors.get("conv1.1.num_batches_tracked").shape()).isEmpty();
    }
}
