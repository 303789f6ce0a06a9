package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

class CheckedModelFileTest {

    private static final TrainedModel MODEL =
            RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3);

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("checked.zip");
        new CheckedModelFile(MODEL, Map.of("note.txt", "hello".getBytes())).write(file);
    }

    @Test
    void modelAndAttachmentsComeBack() throws IOException {
        CheckedModelFile read = CheckedModelFile.read(file);
        assertThat(read.model().metadata()).isEqualTo(MODEL.metadata());
        assertThat(read.model().network().params().equalsWithEps(MODEL.network().params(), 0)).isTrue();
        assertThat(read.model().network().getUpdater().getStateViewArray()
                .equalsWithEps(MODEL.network().getUpdater().getStateViewArray(), 0)).isTrue();
        assertThat(read.attachments()).containsOnlyKeys("note.txt");
        assertThat(read.attachments().get("note.txt")).asString().isEqualTo("hello");
        // It is a model file as any other.
        assertThat(ModelLoader.load(file).metadata()).isEqualTo(MODEL.metadata());
    }

    /** Whole zips, with the checksums that zips have themselves, but with other content. */
    @Test
    void whatIsNotAsItWasWrittenIsRefused() throws IOException {
        assertRefused(rewritten("note.txt", "hallo".getBytes()), "note.txt");
        assertRefused(rewritten("coefficients.bin", new byte[9]), "coefficients.bin");
        assertRefused(rewritten("note.txt", null), "no entry");
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
    void theModelsOwnNamesAreTaken() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new CheckedModelFile(MODEL, Map.of("configuration.json", new byte[0])).write(file))
                .withMessageContaining("configuration.json");
    }

    private Path rewritten(String name, byte[] content) throws IOException {
        Path result = folder.resolve("rewritten.zip");
        try (ZipFile source = new ZipFile(file.toFile());
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(result))) {
            for (ZipEntry entry : source.stream().toArray(ZipEntry[]::new)) {
                byte[] kept = source.getInputStream(entry).readAllBytes();
                byte[] now = entry.getName().equals(name) ? content : kept;
                if (now != null) {
                    zip.putNextEntry(new ZipEntry(entry.getName()));
                    zip.write(now);
                    zip.closeEntry();
                }
            }
        }
        return result;
    }

    private static void assertRefused(Path damaged, String reason) {
        assertThatExceptionOfType(WeightFileException.class).isThrownBy(() -> CheckedModelFile.read(damaged))
                .withMessageStartingWith(damaged.toString()).withMessageContaining(reason)
                .withMessageNotContaining("\n");
    }
}
