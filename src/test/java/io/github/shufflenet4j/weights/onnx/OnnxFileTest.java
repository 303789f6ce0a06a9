package io.github.shufflenet4j.weights.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.Activations;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.WeightFiles;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.onnx.OnnxBuilder.Precision;
import io.github.shufflenet4j.weights.onnx.TorchOnnxExport.Style;

class OnnxFileTest {

    private static final int CLASSES = 5;
    private static final Style TORCH = new Style(true, false, true, false, false, Precision.FLOAT);

    @TempDir
    private Path folder;

    private Path write(TrainedModel model) throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, model);
        return file;
    }

    private static float[] images(int... shape) {
        Random random = new Random(7);
        float[] images = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    private static float[] onnxRuntime(Path file, String input, String output, float[] images, long... shape)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString(), new OrtSession.SessionOptions());
                var tensor = ai.onnxruntime.OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            OnnxValue logits = result.get(output).orElseThrow();
            return Stream.of((float[][]) logits.getValue()).map(Nd4j::createFromArray)
                    .reduce((a, b) -> Nd4j.concat(0, a, b)).orElseThrow().toFloatVector();
        }
    }

    private static float[] logits(TrainedModel model, float[] images, long... shape) {
        return Activations.of(model.network(), Nd4j.createFromArray(images).reshape('c', shape), ShuffleNetV2.FC)
                .dup('c').data().asFloat();
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("logit %d", i).isCloseTo(expected[i],
                    within(tolerance));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        assertThat(largest).as("logits that show something").isGreaterThan(0.01);
    }

    @Test
    void anAbsurdShapeOfAParameterIsRefused() throws IOException {
        OnnxBuilder onnx = TorchOnnxExport.write(
                RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 2), TORCH, 1, 32);
        onnx.graph.getInitializerBuilderList().stream().filter(tensor -> tensor.getDimsCount() == 1).findFirst()
                .orElseThrow().setDims(0, 1L << 40);
        Path file = Files.write(folder.resolve("absurd.onnx"), onnx.bytes());
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> WeightFiles.read(file))
                .withMessageStartingWith(file + ": tensor '").withMessageContaining("[1099511627776]");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"X0_5, TORCHVISION", "X1_0, TORCHVISION", "X0_5, MEGVII", "X1_0, MEGVII"})
    void onnxRuntimeComputesTheSame(ShuffleNetV2Variant variant, BlockLayout layout) throws Exception {
        TrainedModel model = RandomModels.of(variant, layout, CLASSES);
        Path file = write(model);
        for (int[] shape : new int[][] {{1, 3, 64, 64}, {3, 3, 64, 64}, {1, 3, 96, 64}, {3, 3, 96, 64}}) {
            float[] images = images(shape);
            long[] sizes = Arrays.stream(shape).asLongStream().toArray();
            assertClose(onnxRuntime(file, "input", "logits", images, sizes), logits(model, images, sizes), 1e-4);
        }
    }

    @ParameterizedTest(name = "{0} {1}, bias {2}")
    @CsvSource({"X0_25, TORCHVISION, true", "X0_33, TORCHVISION, true", "X1_5, TORCHVISION, true",
        "X2_0, TORCHVISION, true", "X0_33, MEGVII, false", "X2_0, MEGVII, false", "X0_5, MEGVII, true"})
    void everythingComesBackToTheBit(ShuffleNetV2Variant variant, BlockLayout layout, boolean bias) throws IOException {
        TrainedModel model = RandomModels.of(variant, layout, CLASSES, bias);
        TrainedModel restored = ModelLoader.load(write(model));
        assertThat(restored.metadata()).isEqualTo(model.metadata());
        assertThat(restored.network().params().data().asFloat()).isEqualTo(model.network().params().data().asFloat());
        assertThat(restored.hasClassifierBias()).isEqualTo(bias);
    }

    /** The graph divides its outputs, and the parameters stay as they are. */
    @ParameterizedTest
    @CsvSource({"TORCHVISION", "MEGVII"})
    void theTemperatureIsPartOfTheGraphAndComesBack(BlockLayout layout) throws Exception {
        TrainedModel plain = RandomModels.of(ShuffleNetV2Variant.X0_5, layout, CLASSES);
        TrainedModel model = new TrainedModel(plain.network(), plain.metadata().withTemperature(1.7));
        Path file = write(model);
        float[] expected = logits(plain, images(2, 3, 64, 64), 2, 3, 64, 64);
        for (int i = 0; i < expected.length; i++) {
            expected[i] /= 1.7f;
        }
        assertClose(onnxRuntime(file, "input", "logits", images(2, 3, 64, 64), 2, 3, 64, 64), expected, 1e-4);
        TrainedModel restored = ModelLoader.load(file);
        assertThat(restored.metadata()).isEqualTo(model.metadata());
        assertThat(restored.network().params()).isEqualTo(plain.network().params());
    }

    /** A tool that removed the metadata, or folded the division into the classifier, left the outputs as they are. */
    @Test
    void theGraphDecidesOnTheTemperature() throws IOException {
        TrainedModel plain = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        TrainedModel model = new TrainedModel(plain.network(), plain.metadata().withTemperature(4));
        float[] images = images(1, 3, 64, 64);
        float[] expected = logits(plain, images, 1, 3, 64, 64);
        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(write(model)));
        Path bare = Files.write(folder.resolve("bare.onnx"), proto.toBuilder().clearMetadataProps().build()
                .toByteArray());
        TrainedModel divided = ModelLoader.load(bare);
        assertThat(divided.metadata().temperature()).isEqualTo(1);
        float[] actual = logits(divided, images, 1, 3, 64, 64);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i] / 4, within(1e-5f));
        }
        ModelProto undivided = ModelProto.parseFrom(Files.readAllBytes(write(plain)));
        Path folded = Files.write(folder.resolve("folded.onnx"), undivided.toBuilder().clearMetadataProps()
                .addAllMetadataProps(proto.getMetadataPropsList()).build().toByteArray());
        assertThat(ModelLoader.load(folded).metadata()).isEqualTo(plain.metadata());
        assertThat(ModelLoader.load(folded).network().params()).isEqualTo(plain.network().params());
        ModelProto.Builder hostile = proto.toBuilder();
        hostile.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getName().equals("temperature")).findFirst().orElseThrow()
                .setRawData(org.nd4j.shade.protobuf.ByteString.copyFrom(new byte[4]));
        Path zero = Files.write(folder.resolve("zero.onnx"), hostile.build().toByteArray());
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> WeightFiles.read(zero))
                .withMessageContaining("divides the class scores by 0.0");
    }

    @Test
    void aMissingBiasOfTorchvisionsClassifierIsZero() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES, false);
        Path file = write(model);
        assertThat(WeightFiles.read(file).tensors().get("fc.bias").data()).containsOnly(0);
        float[] images = images(1, 3, 64, 64);
        assertThat(logits(ModelLoader.load(file), images, 1, 3, 64, 64)).isEqualTo(logits(model, images, 1, 3, 64, 64));
    }

    @Test
    void theFileSaysWhatItIs() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(write(model)));
        assertThat(proto.getProducerName()).isEqualTo("shufflenet4j");
        assertThat(proto.getIrVersion()).isEqualTo(8);
        assertThat(proto.getOpsetImportList()).hasSize(1).allMatch(set -> set.getVersion() == 17);
        assertThat(proto.getGraph().getInputList()).hasSize(1).allSatisfy(input -> {
            assertThat(input.getName()).isEqualTo("input");
            var sizes = input.getType().getTensorType().getShape().getDimList();
            assertThat(sizes).extracting("dimParam").containsExactly("batch", "", "height", "width");
            assertThat(sizes.get(1).getDimValue()).isEqualTo(3);
        });
        assertThat(proto.getGraph().getOutputList()).extracting("name").containsExactly("logits");
        assertThat(proto.getGraph().getNodeList()).extracting(NodeProto::getOpType).containsOnly("Conv",
                "BatchNormalization", "Relu", "MaxPool", "Concat", "Gather", "GlobalAveragePool", "Flatten", "Gemm");
        Map<String, Tensor> tensors = NetworkWeights.tensors(model);
        assertThat(proto.getGraph().getInitializerList()).extracting("name").containsAll(tensors.keySet())
                .contains("stage3.0.branch1.1.running_var", "fc.bias");
        Map<String, String> properties = new HashMap<>();
        proto.getMetadataPropsList().forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
        assertThat(properties).containsEntry("variant", "x0_25").containsEntry("block_layout", "torchvision")
                .containsKeys("shufflenet4j", "preprocessing", "provenance");
        assertThat(properties.get("class_names")).startsWith("[\"class \\\"ä\\\" 0\",");
        StateDict stateDict = WeightFiles.read(folder.resolve("model.onnx"));
        assertThat(stateDict.format()).isEqualTo(WeightFormat.ONNX);
        assertThat(stateDict.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
    }

    @Test
    void anExistingFileIsReplacedAndNothingElseStays() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        Path file = write(model);
        write(model);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void changedNetworksAreRefusedAndFrozenOnesAreNot() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        FineTuneConfiguration tuning = new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).build();
        ComputationGraph frozen = new TransferLearning.GraphBuilder(model.network()).fineTuneConfiguration(tuning)
                .setFeatureExtractor("stage2.3").setInputTypes(InputType.convolutional(64, 64, 3)).build();
        assertThat(ModelLoader.load(write(new TrainedModel(frozen, model.metadata()))).network().params())
                .isEqualTo(model.network().params());
        ComputationGraph changed = new TransferLearning.GraphBuilder(model.network()).fineTuneConfiguration(tuning)
                .removeVertexKeepConnections("conv5")
                .addLayer("conv5", new ConvNormActivation.Builder(1).nIn(96).nOut(512)
                        .activation(Activation.TANH).build(), "stage4.3").build();
        assertThatIllegalArgumentException().isThrownBy(() -> write(new TrainedModel(changed, model.metadata())))
                .withMessageContaining("is not the ShuffleNetV2 x0_25 (torchvision layout)")
                .withMessageContaining("'conv5' is ConvNormActivation(96 -> 512").withMessageContaining("tanh")
                .withMessageNotContaining("\n");
        ModelMetadata other = new ModelMetadata(ShuffleNetV2Variant.X0_33, BlockLayout.TORCHVISION, 3,
                model.metadata().classNames(), model.metadata().preprocessing(), Map.of());
        assertThatIllegalArgumentException().isThrownBy(() -> write(new TrainedModel(model.network(), other)))
                .withMessageContaining("x0_33").withMessageContaining("'conv5' is ConvNormActivation(96 -> 512, ");
    }

    static Stream<Style> styles() {
        return Stream.of(
                TORCH,
                new Style(true, true, true, true, false, Precision.FLOAT),
                new Style(false, false, false, false, true, Precision.FLOAT),
                new Style(false, true, false, true, false, Precision.FLOAT));
    }

    /** Written as PyTorch does, run by ONNX Runtime, read, and run here. */
    @ParameterizedTest
    @MethodSource("styles")
    void exportsOfTorchvisionsNetwork(Style style) throws Exception {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, CLASSES);
        OnnxBuilder export = TorchOnnxExport.write(model, style, 2, 64);
        Path file = Files.write(folder.resolve("torch.bin"), export.bytes());
        float[] images = images(2, 3, 64, 64);
        float[] expected = logits(model, images, 2, 3, 64, 64);
        assertClose(onnxRuntime(file, "images", export.graph.getOutput(0).getName(), images, 2, 3, 64, 64), expected,
                1e-4);
        TrainedModel read = ModelLoader.load(file);
        assertClose(logits(read, images, 2, 3, 64, 64), expected, 1e-4);
        assertThat(read.metadata().blockLayout()).isEqualTo(BlockLayout.TORCHVISION);
        assertThat(read.metadata().provenance()).containsEntry("source", "torch.bin");
        Map<String, Tensor> tensors = WeightFiles.read(file).tensors();
        if (style.folded()) {
            assertThat(tensors.get("stage2.1.branch2.1.weight").data()).containsOnly(1);
            assertThat(tensors.get("stage2.1.branch2.1.running_mean").data()).containsOnly(0);
            assertThat(tensors.get("stage2.1.branch2.1.running_var").data()).containsOnly((float) (1 - 1e-5));
        } else {
            NetworkWeights.tensors(model).forEach((key, tensor) ->
                    assertThat(tensors.get(key).data()).as(key).isEqualTo(tensor.data()));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void exportsOfTheAuthorsNetwork(boolean folded, boolean matMul) throws Exception {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.MEGVII, CLASSES);
        OnnxBuilder export = TorchOnnxExport.write(model,
                new Style(folded, false, false, false, matMul, Precision.FLOAT), 2, 64);
        Path file = Files.write(folder.resolve("authors.onnx"), export.bytes());
        float[] images = images(2, 3, 64, 64);
        float[] expected = logits(model, images, 2, 3, 64, 64);
        assertClose(onnxRuntime(file, "images", export.graph.getOutput(0).getName(), images, 2, 3, 64, 64), expected,
                1e-4);
        TrainedModel read = ModelLoader.load(file);
        assertThat(read.metadata().blockLayout()).isEqualTo(BlockLayout.MEGVII);
        assertThat(read.metadata().preprocessing().channelOrder().name()).isEqualTo("BGR");
        assertClose(logits(read, images, 2, 3, 64, 64), expected, 1e-4);
    }

    @Test
    void halfAndDoublePrecision() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        for (Precision precision : new Precision[] {Precision.HALF, Precision.DOUBLE}) {
            Style style = new Style(false, false, true, false, false, precision);
            Path file = Files.write(folder.resolve("x.onnx"), TorchOnnxExport.write(model, style, 1, 64).bytes());
            Map<String, Tensor> tensors = WeightFiles.read(file).tensors();
            NetworkWeights.tensors(model).forEach((key, tensor) -> {
                for (int i = 0; i < tensor.data().length; i++) {
                    float expected = tensor.data()[i];
                    float tolerance = precision == Precision.DOUBLE ? 0
                            : Math.max(Math.abs(expected) * 0x1p-11f, 0x1p-25f);
                    assertThat(tensors.get(key).data()[i]).as(key)
                            .isCloseTo(expected, within(tolerance));
                }
            });
        }
    }

    /** A batch norm with another epsilon, after a convolution with a bias. */
    @Test
    void otherFormsOfBatchNorm() throws Exception {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        OnnxBuilder export = TorchOnnxExport.write(model,
                new Style(false, false, true, false, false, Precision.FLOAT), 1, 64);
        float[] bias = images(24);
        export.initializer("bias", Precision.FLOAT, new Tensor(new int[] {24}, bias));
        for (NodeProto.Builder node : export.graph.getNodeBuilderList()) {
            if (node.getOpType().equals("BatchNormalization")) {
                node.getAttributeBuilder(0).setF(1e-3f);
            }
        }
        export.graph.getNodeBuilder(0).addInput("bias");
        Path file = Files.write(folder.resolve("eps.onnx"), export.bytes());
        float[] images = images(1, 3, 64, 64);
        assertClose(logits(ModelLoader.load(file), images, 1, 3, 64, 64),
                onnxRuntime(file, "images", export.graph.getOutput(0).getName(), images, 1, 3, 64, 64), 1e-4);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("stride", node("Conv", 4, n -> ints(n, "strides", 1, 1)), List.of(
                        "(Concat) joins shapes [1, 12, 8, 8] and [1, 12, 16, 16]")),
                Arguments.of("padding", node("Conv", 0, n -> ints(n, "pads", 0, 0, 0, 0)), List.of(
                        "node '/Conv_0' (Conv)", "padding 0", "'conv1' has kernel 3, stride 2, padding 1")),
                Arguments.of("uneven padding", node("Conv", 0, n -> ints(n, "pads", 0, 0, 1, 1)), List.of(
                        "node '/Conv_0' (Conv) has pads = [0, 0, 1, 1], expected the same on all sides")),
                Arguments.of("dilation", node("Conv", 0, n -> ints(n, "dilations", 2, 2)), List.of("dilation 2")),
                Arguments.of("pooling", node("MaxPool", 0, n -> ints(n, "kernel_shape", 4, 4)), List.of(
                        "(MaxPool) has kernel 4, stride 2, padding 1, groups 1 where 'maxpool' has kernel 3")),
                Arguments.of("no shuffle", node("Transpose", 2, n -> ints(n, "perm", 0, 1, 2, 3, 4)), List.of(
                        "(Conv) stands where 'stage2.3.branch2.pointwise1' should, but takes other channels")),
                Arguments.of("other operator", node("Relu", 0, n -> n.setOpType("Sigmoid")), List.of(
                        "(Sigmoid) is an operator that no exported ShuffleNet V2 has")),
                Arguments.of("other domain", node("Relu", 0, n -> n.setDomain("com.example")), List.of(
                        "is an operator of the domain 'com.example'")),
                Arguments.of("no activation", node("Relu", 0, n -> n.setOpType("Identity")), List.of(
                        "(MaxPool) stands where 'maxpool' should", "without their activation")),
                Arguments.of("other order", node("Concat", 1, n -> n.setInput(0, n.getInput(1)).setInput(1, "images")),
                        List.of("(Concat) joins shapes")),
                Arguments.of("exchanged branches", node("Concat", 1, OnnxFileTest::exchangeInputs), List.of(
                        "stage2.2.branch2.pointwise1")),
                Arguments.of("scaled classifier", node("Gemm", 0, n -> n.getAttributeBuilder(0).setF(2)), List.of(
                        "(Gemm) has alpha = 2.0, expected 1")));
    }

    private static void exchangeInputs(NodeProto.Builder node) {
        String first = node.getInput(0);
        node.setInput(0, node.getInput(1)).setInput(1, first);
    }

    private static UnaryOperator<OnnxBuilder> node(String type, int index, Consumer<NodeProto.Builder> change) {
        return builder -> {
            change.accept(builder.graph.getNodeBuilderList().stream().filter(node -> node.getOpType().equals(type))
                    .skip(index).findFirst().orElseThrow());
            return builder;
        };
    }

    private static void ints(NodeProto.Builder node, String name, long... values) {
        AttributeProto.Builder attribute = node.getAttributeBuilderList().stream()
                .filter(each -> each.getName().equals(name)).findFirst().orElseThrow().clearInts();
        Arrays.stream(values).forEach(attribute::addInts);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void whateverIsNotTheNetworkIsRefused(String what, UnaryOperator<OnnxBuilder> change, List<String> fault)
            throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        Path file = Files.write(folder.resolve("changed.onnx"),
                change.apply(TorchOnnxExport.write(model, TORCH, 1, 64)).bytes());
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(file))
                .withMessageStartingWith(file + ": ").withMessageNotContaining("\n")
                .withMessageContainingAll(fault.toArray(String[]::new));
    }

    @Test
    void openSizesAreNamedSo() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        Style open = new Style(true, true, true, false, false, Precision.FLOAT);
        assertRefused(node("Conv", 4, n -> ints(n, "strides", 1, 1)).apply(TorchOnnxExport.write(model, open, 1, 64))
                .bytes(), "(Concat) joins shapes [open, 12, open, open] and [open, 12, open, open]");
        assertRefused(node("Concat", 1, OnnxFileTest::exchangeInputs).apply(TorchOnnxExport.write(model, open, 1, 64))
                .bytes(), "turns shape [open, 24, open, open] into [2, open, 12, open, open]");
    }

    @Test
    void additionsAndForeignMetadataAreRefused() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        OnnxBuilder more = TorchOnnxExport.write(model, TORCH, 1, 64);
        more.node("Conv", new Object[] {"images", "onnx::Conv_1139"}, "pads", new long[] {1, 1, 1, 1});
        assertRefused(more.bytes(), "(Conv) is not part of it");
        OnnxBuilder softmax = TorchOnnxExport.write(model, TORCH, 1, 64);
        String end = softmax.node("Softmax", new Object[] {softmax.graph.getOutput(0).getName()});
        softmax.graph.getOutputBuilder(0).setName(end);
        assertRefused(softmax.bytes(), "(Softmax) is an operator");
        ModelProto.Builder other = ModelProto.parseFrom(Files.readAllBytes(write(model))).toBuilder();
        other.getMetadataPropsBuilder(0).setValue(ModelMetadata.json(model.metadata().withClassNames(List.of("a"))));
        assertRefused(other.build().toByteArray(), "has metadata under 'shufflenet4j' for another network");
        other.getMetadataPropsBuilder(0).setValue("{");
        assertRefused(other.build().toByteArray(), "has damaged metadata under 'shufflenet4j'");
    }

    @Test
    void scalesOfWeightsAreOneForEachOutputAndWithoutBatchNorm() throws IOException {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        Path file = folder.resolve("half.onnx");
        OnnxFile.write(file, model, io.github.shufflenet4j.weights.Precision.FP16);
        ModelProto.Builder half = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        half.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getName().equals("conv1.1.weight")).findFirst().orElseThrow()
                .setDims(0, 1).setDims(1, 24);
        assertRefused(half.build().toByteArray(),
                "(Mul) multiplies weights by numbers of shape [1, 24, 1, 1], expected one for each output");

        ModelProto.Builder single = ModelProto.parseFrom(Files.readAllBytes(write(model))).toBuilder();
        single.getGraphBuilder().addInitializer(OnnxParts.tensor("scale", new float[24], 24, 1, 1, 1));
        single.getGraphBuilder().getNodeBuilder(0).setInput(1, "scaled");
        single.getGraphBuilder().addNode(0, NodeProto.newBuilder().setOpType("Mul").addInput("conv1.0.weight")
                .addInput("scale").addOutput("scaled"));
        assertRefused(single.build().toByteArray(), "has weights that are multiplied, and batch norm behind it");
    }

    private void assertRefused(byte[] content, String fault) throws IOException {
        Path file = Files.write(folder.resolve("refused.onnx"), content);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(file))
                .withMessageStartingWith(file + ": ").withMessageContaining(fault).withMessageNotContaining("\n");
    }

    /** The file's own halves are what separates it from the reference: ONNX Runtime is as far off with it. */
    @ParameterizedTest
    @CsvSource({"chelsea.png", "coffee.png", "rocket.jpg"})
    void theRealFileGivesTorchvisionsLogits(String photo) throws IOException {
        TrainedModel model = ModelLoader.load(Shared.path("weights/shufflenetv2_x0_5-imagenet-fp16.onnx"));
        Path photos = Shared.path("fixtures/preprocess");
        assertThat(model.metadata().classNames().get(281)).isEqualTo("tabby");
        float[] expected = NpyFile.read(photos.resolve(photo + ".x0_5-logits.npy")).data();
        float[] actual = logits(model, NpyFile.read(photos.resolve(photo + ".input.npy")).data(), 1, 3, 224, 224);
        assertClose(actual, expected, 0.12);
        assertThat(Nd4j.createFromArray(actual).argMax().getInt(0))
                .isEqualTo(Nd4j.createFromArray(expected).argMax().getInt(0));
    }
}
