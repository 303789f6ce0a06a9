package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.ZipFiles;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

class ModelFileTest {

    private static TrainedModel model;

    @TempDir
    private Path folder;
    private Path file;

    @BeforeAll
    static void trainAStep() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(2)
                .inputShape(3, 32, 32).build().init();
        network.fit(new DataSet(Nd4j.rand(DataType.FLOAT, 2, 3, 32, 32), Nd4j.eye(2).castTo(DataType.FLOAT)));
        model = new TrainedModel(network, new ModelMetadata(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3,
                List.of("cat", "dög"), Preprocessing.torchvision(37, 32), Map.of("source", "a test")));
    }

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.zip");
        ModelFile.write(file, model, true);
    }

    @Test
    void networkAndMetadataComeBack() throws IOException {
        TrainedModel restored = ModelFile.read(file, true);
        assertThat(restored.metadata()).isEqualTo(model.metadata());
        assertThat(restored.network().params().equals(model.network().params())).isTrue();
        assertThat(restored.network().getUpdater().getStateViewArray()
                .equals(model.network().getUpdater().getStateViewArray())).isTrue();
        assertThat(ModelLoader.load(file).metadata()).isEqualTo(model.metadata());
    }

    @Test
    void plainDl4jOpensIt() throws IOException {
        INDArray input = Nd4j.rand(DataType.FLOAT, 1, 3, 32, 32);
        ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile());
        assertThat(restored.outputSingle(input).equals(model.network().outputSingle(input))).isTrue();
    }

    @Test
    void withoutTheUpdaterItIsSmaller() throws IOException {
        Path small = folder.resolve("small.zip");
        ModelFile.write(small, model, false);
        assertThat(Files.size(small)).isLessThan(Files.size(file));
        assertThat(ModelFile.read(small, true).network().params().equals(model.network().params())).isTrue();
    }

    @Test
    void anExistingFileIsReplacedAndNothingElseStays() throws IOException {
        ModelFile.write(file, model, false);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aPlainDl4jModelIsRefusedWithTheReason() throws IOException {
        Path plain = folder.resolve("plain.zip");
        ModelSerializer.writeModel(model.network(), plain.toFile(), false);
        assertRefused(plain, "shufflenet4j.json");
    }

    @Test
    void changedEntriesAreRefused() throws IOException {
        assertRefused(changed("shufflenet4j.json", content -> "{\"variant\":".getBytes()), "shufflenet4j.json");
        assertRefused(changed("shufflenet4j.json", content -> "{}".getBytes()), "shufflenet4j.json");
        assertRefused(changed("shufflenet4j.json", content -> new String(content).replace("X0_25", "X9_9").getBytes()),
                "X9_9");
        assertRefused(changed("coefficients.bin", content -> Arrays.copyOf(content, 1000)), "damaged");
        assertRefused(changed("coefficients.bin", content -> new byte[content.length]), "damaged");
        assertUnreadable(changed("configuration.json", content -> "{}".getBytes()), "describes no graph");
        assertUnreadable(changed("configuration.json", content -> new byte[0]), "configuration");
        assertRefused(changed("shufflenet4j.json",
                content -> new String(content).replace("\"dög\"", "\"dog\", \"cow\"").getBytes()), "3 classes");
    }

    /** A file that DL4J's ModelSerializer would deserialize, and so run. */
    @Test
    void unknownEntriesAreRefusedByName() throws IOException {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(new Canary());
        }
        Path hostile = with("preprocessor.bin", serialized.toByteArray());
        assertRefused(hostile, "'preprocessor.bin'");
        assertUnreadable(hostile, "'preprocessor.bin'");
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.loadWeights(hostile));
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> CheckedModelFile.read(hostile));
        assertThat(Canary.sings).isFalse();
        assertRefused(with("normalizer.bin", new byte[9]), "'normalizer.bin'");
        assertRefused(with("notes/secret", new byte[9]), "'notes/secret'");
    }

    /** An object that tells when it is deserialized. */
    private static final class Canary implements Serializable {
        private static final long serialVersionUID = 1L;
        private static volatile boolean sings;

        private void readObject(ObjectInputStream in) {
            sings = true;
        }
    }

    @Test
    void aNetworkThatCouldNotBeReadAgainIsNotWritten() {
        ComputationGraph network = model.network().clone();
        LayerVertex classifier = (LayerVertex) network.getConfiguration().getVertices().get(ShuffleNetV2.FC);
        ((OutputLayer) classifier.getLayerConf().getLayer())
                .setActivationFn(new NetworkConfigurationTest.Stranger());
        TrainedModel strange = new TrainedModel(network, model.metadata());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelFile.write(folder.resolve("new.zip"), strange, false))
                .withMessageContaining("Stranger");
        assertThat(folder.resolve("new.zip")).doesNotExist();
    }

    @Test
    void whatUnpacksToFarTooMuchIsRefused() throws IOException {
        byte[] zeros = new byte[64 << 20];
        assertRefused(with("configuration.json", zeros), "configuration.json");
        assertRefused(with("shufflenet4j.json", zeros), "shufflenet4j.json");
        assertRefused(with("coefficients.bin", zeros), "coefficients.bin");
        Path updater = with("updaterState.bin", zeros);
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelFile.read(updater, true))
                .withMessageContaining("updaterState.bin");
    }

    /** The array's shape information is not used: ND4J would address memory by it. */
    @Test
    void theLengthOfTheParametersAloneCounts() throws IOException {
        // Before it stand an allocation mode, its length and a type.
        int shape = 2 + "MIXED_DATA_TYPES".length() + 8 + 2 + "LONG".length();
        Path wild = changed("coefficients.bin", content -> {
            Arrays.fill(content, shape, shape + 6 * Long.BYTES, (byte) 0x7f);
            return content;
        });
        assertThat(ModelFile.read(wild, false).network().params()).isEqualTo(model.network().params());
        assertThat(ModelLoader.loadWeights(wild)).isPresent();
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("pipe");
        try {
            assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        } catch (IOException e) {
            abort("no mkfifo here");
        }
        assertThat(ModelZip.isModelFile(pipe)).isFalse();
        assertRefused(pipe, "regular file");
    }

    @Test
    void truncatedAndFlippedFilesAreRefusedOrRead() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int i = 0; i < 40; i++) {
            Path damaged = folder.resolve("damaged.zip");
            byte[] bytes = i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i % 2 == 1) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(damaged, bytes);
            try {
                ModelLoader.load(damaged);
                assertThat(i % 2).as("a truncated file was read").isEqualTo(1);
            } catch (WeightFileException e) {
                assertThat(e).hasMessageStartingWith(damaged.toString()).hasMessageNotContaining("\n");
            }
        }
    }

    private Path changed(String entry, UnaryOperator<byte[]> change) throws IOException {
        return with(entry, change.apply(ZipFiles.entries(file).get(entry)));
    }

    private Path with(String entry, byte[] content) throws IOException {
        return ZipFiles.with(file, folder.resolve("changed.zip"), entry, content);
    }

    /** As above, where the network itself is asked for. */
    private static void assertUnreadable(Path damaged, String reason) {
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelFile.read(damaged, false))
                .withMessageStartingWith(damaged.toString()).withMessageContaining(reason)
                .withMessageNotContaining("\n");
    }

    private static void assertRefused(Path damaged, String reason) {
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> ModelLoader.load(damaged))
                .withMessageStartingWith(damaged.toString()).withMessageContaining(reason)
                .withMessageNotContaining("\n");
    }
}
