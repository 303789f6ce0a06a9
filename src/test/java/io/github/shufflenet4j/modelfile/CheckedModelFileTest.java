package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.ZipFiles;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

class CheckedModelFileTest {

    private static final TrainedModel MODEL =
            RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3);

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("checked.zip");
        new CheckedModelFile(MODEL, Map.of("record.json", "hello".getBytes())).write(file);
    }

    @Test
    void modelAndAttachmentsComeBack() throws IOException {
        CheckedModelFile read = CheckedModelFile.read(file);
        assertThat(read.model().metadata()).isEqualTo(MODEL.metadata());
        assertThat(read.model().network().params().equalsWithEps(MODEL.network().params(), 0)).isTrue();
        assertThat(read.model().network().getUpdater().getStateViewArray()
                .equalsWithEps(MODEL.network().getUpdater().getStateViewArray(), 0)).isTrue();
        assertThat(read.attachments()).containsOnlyKeys("record.json");
        assertThat(read.attachments().get("record.json")).asString().isEqualTo("hello");
        // It is a model file as any other.
        assertThat(ModelLoader.load(file).metadata()).isEqualTo(MODEL.metadata());
    }

    /** Whole zips, with the checksums that zips have themselves, but with other content. */
    @Test
    void whatIsNotAsItWasWrittenIsRefused() throws IOException {
        assertRefused(rewritten("record.json", "hallo".getBytes()), "record.json");
        assertRefused(rewritten("coefficients.bin", new byte[9]), "coefficients.bin");
        assertRefused(rewritten("record.json", null), "no entry");
        assertRefused(rewritten("SHA256SUMS", null), "SHA256SUMS");
        assertRefused(rewritten("SHA256SUMS", new byte[0]), "no checksum");
        assertRefused(rewritten("SHA256SUMS", "words\n".getBytes()), "words");
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int i = 0; i < 10; i++) {
            Path damaged = Files.write(folder.resolve("damaged.zip"),
                    java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertRefused(damaged, "");
        }
        // In the middle there is nothing but compressed content.
        whole[whole.length / 2] ^= 4;
        assertRefused(Files.write(folder.resolve("damaged.zip"), whole), "");
    }

    @Test
    void attachmentsHaveNamesThatReadersKnow() {
        for (String name : new String[] {"configuration.json", "preprocessor.bin", "SHA256SUMS", "note.txt"}) {
            assertThatIllegalArgumentException().isThrownBy(
                    () -> new CheckedModelFile(MODEL, Map.of(name, new byte[0]))).withMessageContaining(name);
        }
    }

    /** Checksums are no signature: whoever changes an entry can give it the right one. */
    @Test
    void entriesAreCheckedEvenWithTheRightChecksums() throws IOException {
        byte[] content = new byte[9];
        assertRefused(withChecksum("preprocessor.bin", content), "preprocessor.bin");
        assertRefused(withChecksum("coefficients.bin", content), "damaged");
        assertRefused(withChecksum("updaterState.bin", content), "damaged");
        assertRefused(withChecksum("average.bin", new byte[128 << 20]), "average.bin");
    }

    private Path withChecksum(String name, byte[] content) throws IOException {
        Map<String, byte[]> entries = ZipFiles.entries(file);
        entries.put(name, content);
        entries.remove("SHA256SUMS");
        StringBuilder sums = new StringBuilder();
        entries.forEach((entry, bytes) -> sums.append(DigestUtils.sha256Hex(bytes)).append("  ").append(entry)
                .append('\n'));
        entries.put("SHA256SUMS", sums.toString().getBytes());
        return ZipFiles.write(folder.resolve("rewritten.zip"), entries);
    }

    private Path rewritten(String name, byte[] content) throws IOException {
        return ZipFiles.with(file, folder.resolve("rewritten.zip"), name, content);
    }

    private static void assertRefused(Path damaged, String reason) {
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> CheckedModelFile.read(damaged))
                .withMessageStartingWith(damaged.toString()).withMessageContaining(reason)
                .withMessageNotContaining("\n");
    }
}
