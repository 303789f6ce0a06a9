package io.github.shufflenet4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.apache.commons.lang3.exception.ExceptionUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Feeds each reader of files with damaged and hostile ones, and holds it to its {@link Contract}.
 *
 * <p>In a build, each method reads the files in its folder of {@code ReadersFuzzTestInputs}: all that ever broke the
 * contract. Where Jazzer fuzzes ({@code training-scripts/fuzz.sh}), its bytes decide how a file is changed instead, and
 * a file that breaks the contract is put into that folder.
 */
class ReadersFuzzTest {

    private static final boolean FUZZING = System.getenv("JAZZER_FUZZ") != null;
    private static final Path FOUND = Path.of("src/test/resources/io/github/shufflenet4j/fuzz/ReadersFuzzTestInputs");

    @ParameterizedTest
    @EnumSource(FuzzedReader.class)
    void seedsAreRead(FuzzedReader reader) throws IOException {
        for (byte[] seed : reader.seeds()) {
            assertThat(reader.check(seed)).isTrue();
        }
    }

    private static void check(FuzzedReader reader, byte[] input) throws IOException {
        if (!FUZZING) {
            reader.check(input);
            return;
        }
        byte[] file = reader.edited(input);
        try {
            reader.check(file);
        } catch (RuntimeException | Error e) {
            keep(file, reader, ExceptionUtils.getRootCause(e));
            throw e;
        }
    }

    /** Keeps the smallest file for each place that fails. */
    private static void keep(byte[] file, FuzzedReader reader, Throwable cause) throws IOException {
        int place = Arrays.stream(cause.getStackTrace()).limit(8).toList().hashCode();
        Path folder = Files.createDirectories(FOUND.resolve(reader.method()));
        Path kept = folder.resolve(String.format("%s-%08x", cause.getClass().getSimpleName(), place));
        if (Files.notExists(kept) || Files.size(kept) > file.length) {
            Files.write(kept, file);
        }
    }

    @FuzzTest
    void model(byte[] input) throws IOException {
        check(FuzzedReader.MODEL, input);
    }

    @FuzzTest
    void modelWeights(byte[] input) throws IOException {
        check(FuzzedReader.MODEL_WEIGHTS, input);
    }

    @FuzzTest
    void checkpoint(byte[] input) throws IOException {
        check(FuzzedReader.CHECKPOINT, input);
    }

    @FuzzTest
    void pth(byte[] input) throws IOException {
        check(FuzzedReader.PTH, input);
    }

    @FuzzTest
    void legacyPth(byte[] input) throws IOException {
        check(FuzzedReader.LEGACY_PTH, input);
    }

    @FuzzTest
    void torchScript(byte[] input) throws IOException {
        check(FuzzedReader.TORCH_SCRIPT, input);
    }

    @FuzzTest
    void pdparams(byte[] input) throws IOException {
        check(FuzzedReader.PDPARAMS, input);
    }

    @FuzzTest
    void safetensors(byte[] input) throws IOException {
        check(FuzzedReader.SAFETENSORS, input);
    }

    @FuzzTest
    void onnx(byte[] input) throws IOException {
        check(FuzzedReader.ONNX, input);
    }

    @FuzzTest
    void npy(byte[] input) throws IOException {
        check(FuzzedReader.NPY, input);
    }

    @FuzzTest
    void recipe(byte[] input) throws IOException {
        check(FuzzedReader.RECIPE, input);
    }

    @FuzzTest
    void dataset(byte[] input) throws IOException {
        check(FuzzedReader.DATASET, input);
    }

    @FuzzTest
    void tarShard(byte[] input) throws IOException {
        check(FuzzedReader.TAR_SHARD, input);
    }

    @FuzzTest
    void imageList(byte[] input) throws IOException {
        check(FuzzedReader.IMAGE_LIST, input);
    }

    @FuzzTest
    void tarArchive(byte[] input) throws IOException {
        check(FuzzedReader.TAR_ARCHIVE, input);
    }

    @FuzzTest
    void tgzArchive(byte[] input) throws IOException {
        check(FuzzedReader.TGZ_ARCHIVE, input);
    }

    @FuzzTest
    void zipArchive(byte[] input) throws IOException {
        check(FuzzedReader.ZIP_ARCHIVE, input);
    }

    @FuzzTest
    void jpeg(byte[] input) throws IOException {
        check(FuzzedReader.JPEG, input);
    }

    @FuzzTest
    void png(byte[] input) throws IOException {
        check(FuzzedReader.PNG, input);
    }

    @FuzzTest
    void webp(byte[] input) throws IOException {
        check(FuzzedReader.WEBP, input);
    }

    @FuzzTest
    void gif(byte[] input) throws IOException {
        check(FuzzedReader.GIF, input);
    }

    @FuzzTest
    void bmp(byte[] input) throws IOException {
        check(FuzzedReader.BMP, input);
    }

    @FuzzTest
    void tiff(byte[] input) throws IOException {
        check(FuzzedReader.TIFF, input);
    }

    @FuzzTest
    void pnm(byte[] input) throws IOException {
        check(FuzzedReader.PNM, input);
    }
}
