package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;

/** Files that PyTorch, NumPy and safetensors wrote; skipped where the folder of reference files is not. */
class SharedFilesTest {

    private static final Path SHARED = Path.of("../shared");
    private static final String REAL = "weights/shufflenetv2_x0_5-imagenet-fp";

    private static Path shared(String name) {
        Path file = SHARED.resolve(name);
        assumeTrue(Files.exists(file), "skipped: the reference file " + file + " is not here");
        return file;
    }

    @Test
    void threeFormatsHoldTheSameWeights() throws IOException {
        StateDict zip = WeightFiles.read(shared(REAL + "16.pth"));
        StateDict safetensors = WeightFiles.read(shared(REAL + "16.safetensors"));
        StateDict legacy = WeightFiles.read(shared(REAL + "32-legacy.pth"));
        assertThat(zip.format()).isEqualTo(WeightFormat.ZIP_PTH);
        assertThat(safetensors.format()).isEqualTo(WeightFormat.SAFETENSORS);
        assertThat(legacy.format()).isEqualTo(WeightFormat.LEGACY_PTH);
        assertThat(zip.tensors().keySet()).containsExactlyElementsOf(legacy.tensors().keySet());
        assertThat(safetensors.tensors().keySet()).containsExactlyInAnyOrderElementsOf(legacy.tensors().keySet());
        legacy.tensors().forEach((name, full) -> {
            Tensor half = zip.tensors().get(name);
            assertThat(half.shape()).as(name).isEqualTo(full.shape());
            assertThat(safetensors.tensors().get(name).shape()).as(name).isEqualTo(full.shape());
            assertThat(safetensors.tensors().get(name).data()).as(name).isEqualTo(half.data());
            for (int i = 0; i < full.data().length; i++) { // half a unit in the last of 11 places, or of a subnormal
                float tolerance = Math.max(Math.abs(full.data()[i]) * 0x1p-11f, 0x1p-25f);
                assertThat(half.data()[i]).as("%s at %d", name, i).isCloseTo(full.data()[i], within(tolerance));
            }
        });
    }

    /** The published network has 1 366 792 parameters; the pinned values were read off the half-precision file. */
    @Test
    void theRealWeightsAreThePublishedNetwork() throws IOException {
        Map<String, Tensor> tensors = WeightFiles.read(shared(REAL + "32-legacy.pth")).tensors();
        long parameters = tensors.entrySet().stream()
                .filter(named -> named.getKey().matches(".*\\.(weight|bias)"))
                .mapToLong(named -> named.getValue().data().length)
                .sum();
        assertThat(parameters).isEqualTo(1_366_792);
        assertThat(tensors).hasSize(338);
        assertThat(tensors.get("fc.weight").shape()).containsExactly(1000, 1024);
        assertThat(tensors.get("conv1.0.weight").shape()).containsExactly(24, 3, 3, 3);
        float[] conv1 = tensors.get("conv1.0.weight").data();
        assertThat(conv1[0]).isCloseTo(0.2041015625f, within(1e-4f));
        assertThat(conv1[647]).isCloseTo(-0.00086021423f, within(1e-6f));
        float[] bias = tensors.get("fc.bias").data();
        assertThat(bias[0]).isCloseTo(-0.28271484375f, within(2e-4f));
        assertThat(bias[999]).isCloseTo(1.314453125f, within(1e-3f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x0_5", "x1_0"})
    void goldenNetworksAndArrays(String variant, @TempDir Path folder) throws IOException {
        StateDict weights = WeightFiles.read(shared("fixtures/golden/" + variant + "/weights.pth"));
        assertThat(weights.tensors().get("fc.weight").shape()).containsExactly(10, 1024);
        Path source = shared("fixtures/golden/" + variant + "/input.npy");
        Tensor input = NpyFile.read(source);
        assertThat(input.shape()).containsExactly(2, 3, 64, 64);
        Path copy = folder.resolve("copy.npy");
        NpyFile.write(copy, input);
        assertThat(copy).as("written as NumPy wrote it").hasSameBinaryContentAs(source);
        for (String stage : new String[] {"conv1", "maxpool", "stage2", "stage3", "stage4", "conv5", "fc"}) {
            Tensor activations = NpyFile.read(shared("fixtures/golden/" + variant + "/" + stage + ".npy"));
            assertThat(activations.shape()[0]).as(stage).isEqualTo(2);
            assertThat(activations.data()).as(stage).doesNotContain(Float.NaN);
        }
        assertThat(NpyFile.read(shared("fixtures/training/labels.npy")).shape()).containsExactly(8);
    }

    @Test
    void rewrittenAsSafetensorsNothingChanges(@TempDir Path folder) throws IOException {
        StateDict original = WeightFiles.read(shared(REAL + "32-legacy.pth"));
        Path file = folder.resolve("copy.safetensors");
        SafetensorsFile.write(file, original.tensors(), Map.of());
        Map<String, Tensor> copy = WeightFiles.read(file).tensors();
        assertThat(copy.keySet()).containsExactlyElementsOf(original.tensors().keySet());
        original.tensors().forEach((name, tensor) -> {
            assertThat(copy.get(name).shape()).as(name).isEqualTo(tensor.shape());
            assertThat(copy.get(name).data()).as(name).isEqualTo(tensor.data());
        });
    }
}
