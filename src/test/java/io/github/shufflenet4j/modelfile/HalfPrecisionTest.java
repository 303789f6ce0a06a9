package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.ZipFiles;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/** Files that {@link ExportFormat} writes in half precision. */
class HalfPrecisionTest {

    private static final String SMALL = "stage2.1.branch2.1.running_var";
    private static final String LARGE = "stage3.0.branch1.3.running_mean";
    private static final List<String> KEPT = List.of(SMALL, LARGE);

    /** Of the most common number of classes and width, in which names and nodes weigh most. */
    private static TrainedModel model;

    @TempDir
    private Path folder;

    /** With a variance that would vanish, and a mean that would overflow. */
    @BeforeAll
    static void makeModel() {
        model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 5);
        INDArray variance = model.network().getLayer("stage2.1.branch2.pointwise1").paramTable().get("var");
        variance.putScalar(3, 1e-9f);
        INDArray mean = model.network().getLayer("stage3.0.branch1.pointwise").paramTable().get("mean");
        mean.putScalar(5, 1e5f);
    }

    private Path write(ExportFormat format) throws IOException {
        Path file = folder.resolve("half" + format);
        assertThat(format.write(file, model, Precision.FP16))
                .isEqualTo(format == ExportFormat.ONNX ? List.of() : KEPT);
        return file;
    }

    private static float[] rounded(float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = DType.halfToFloat(DType.floatToHalf(values[i]));
        }
        return rounded;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ONNX")
    void everyTensorComesBackRoundedAndTheRestAsItWas(ExportFormat format) throws IOException {
        Path file = write(format);
        Map<String, Tensor> expected = ModelWeights.of(model).tensors();
        ModelWeights weights = ModelLoader.loadWeights(file).orElseThrow();
        TrainedModel network = ModelLoader.load(file);
        assertThat(weights.metadata()).isEqualTo(model.metadata());
        assertThat(network.metadata()).isEqualTo(model.metadata());
        for (Map<String, Tensor> read : List.of(weights.tensors(), ModelWeights.of(network).tensors())) {
            assertThat(read.keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((key, tensor) -> assertThat(read.get(key).data()).as(key)
                    .isEqualTo(KEPT.contains(key) ? tensor.data() : rounded(tensor.data())));
        }
    }

    @Test
    void onnxHasRoundedWeightsAndTheScalesAndBiasesOfBatchNorm() throws Exception {
        Path file = write(ExportFormat.ONNX);
        ModelWeights expected = ModelWeights.of(model);
        FoldedNetwork folded = FoldedNetwork.of(expected);
        ModelWeights read = ModelLoader.loadWeights(file).orElseThrow();
        assertThat(read.metadata()).isEqualTo(model.metadata());
        expected.convolutionLayers().forEach(layer -> {
            ModelWeights.ConvNormWeights convolution = read.convolution(layer);
            double[] scale = expected.convolution(layer).scale();
            assertThat(convolution.weight().data()).as(layer)
                    .isEqualTo(rounded(expected.convolution(layer).weight().data()));
            for (int channel = 0; channel < scale.length; channel++) {
                assertThat(convolution.gamma().data()[channel]).as(layer).isEqualTo((float) scale[channel]);
            }
            assertThat(convolution.beta().data()).as(layer).isEqualTo(folded.convolutions().get(layer).bias());
        });
        float[] images = Nd4j.rand(2, 3 * 64 * 64).data().asFloat();
        float[] logits = ModelLoader.load(file).network()
                .outputSingle(Nd4j.createFromArray(images).reshape(2, 3, 64, 64)).dup('c').data().asFloat();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString(), new OrtSession.SessionOptions());
                OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images),
                        new long[] {2, 3, 64, 64});
                OrtSession.Result result = session.run(Map.of("input", input))) {
            float[][] rows = (float[][]) result.get(0).getValue();
            for (int row = 0; row < 2; row++) {
                double sum = 0;
                for (float logit : rows[row]) {
                    sum += Math.exp(logit);
                }
                for (int c = 0; c < 5; c++) {
                    assertThat(Math.exp(rows[row][c]) / sum).isCloseTo(logits[row * 5 + c], within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileIsHalfAsLarge(ExportFormat format) throws IOException {
        Path single = folder.resolve("single" + format);
        format.write(single, model);
        assertThat(Files.size(write(format))).isLessThanOrEqualTo((long) (0.52 * Files.size(single)));
    }

    /** It does not know of the tensors that stay single, and gets the nearest halves. */
    @Test
    void plainDl4jOpensTheModelFile() throws IOException {
        ComputationGraph plain = ModelSerializer.restoreComputationGraph(write(ExportFormat.ZIP).toFile(), false);
        float[] expected = rounded(model.network().params().dup('c').data().asFloat());
        float[] actual = plain.params().data().asFloat();
        int clamped = 0;
        for (int i = 0; i < expected.length; i++) {
            boolean infinite = Float.isInfinite(expected[i]);
            clamped += infinite ? 1 : 0;
            assertThat(actual[i]).isEqualTo(infinite ? 65504 : expected[i]);
        }
        assertThat(clamped).isEqualTo(1);
        assertThat(plain.outputSingle(Nd4j.rand(1, 3, 64, 64)).sumNumber().doubleValue()).isCloseTo(1, within(1e-3));
    }

    @Test
    void damagedModelFilesAreRefused() throws IOException {
        assertRefused(text -> text.replace(SMALL, "stage9.weight"), "there is no tensor 'stage9.weight'");
        assertRefused(text -> text.replace(SMALL, LARGE), "names a tensor twice");
        assertRefused(text -> text.replace("\"" + SMALL + "\", ", ""), "values in single precision, expected");
        assertRefused(text -> text.replace("\"conv1\", ", ""), "it lacks conv1.0.weight");
        Path lacking = ZipFiles.with(write(ExportFormat.ZIP), folder.resolve("lacking.zip"), ModelZip.SINGLE_ENTRY,
                null);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.loadWeights(lacking))
                .withMessageContaining("lacks the entry " + ModelZip.SINGLE_ENTRY);
    }

    private void assertRefused(UnaryOperator<String> change, String reason) throws IOException {
        Path file = ZipFiles.changed(write(ExportFormat.ZIP), folder.resolve("changed.zip"), ModelZip.METADATA_ENTRY,
                text -> {
                    String changed = change.apply(text);
                    assertThat(changed).isNotEqualTo(text);
                    return changed;
                });
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.loadWeights(file))
                .withMessageStartingWith(file.toString()).withMessageContaining(reason);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(file))
                .withMessageStartingWith(file.toString()).withMessageContaining(reason);
    }
}
