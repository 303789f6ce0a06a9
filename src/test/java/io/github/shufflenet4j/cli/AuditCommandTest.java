package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;

/** {@code datasets audit}, and its list in other commands. */
class AuditCommandTest {

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path weights;
    private static Path list;
    private static CommandRun audit;

    @BeforeAll
    static void audit() throws IOException {
        data = folder.resolve("data");
        new RenderedDataset(40, 5, 2, 1).write(data);
        Files.copy(data.resolve("val/ring/0000.jpg"), data.resolve("train/ring/copy.jpg"));
        Files.writeString(data.resolve("val/ring/text.jpg"), "no image");
        weights = folder.resolve("weights.zip");
        ModelFile.write(weights, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10), false);
        audit = CommandRun.of("datasets", "audit", "--data", data, "--weights", weights, "--output",
                folder.resolve("audit.html"));
        list = folder.resolve("list.tsv");
        Files.writeString(list, "# by hand\ntrain/ring/copy.jpg\texact-duplicate\nval/ring/text.jpg\n");
    }

    @Test
    void threeFilesTellOfTheFindings() throws IOException {
        audit.assertSucceeded();
        assertThat(audit.out()).contains("72 images of 10 classes").containsPattern("unreadable +1\n")
                .containsPattern("exact-duplicate +1\n").contains("audit.html", "audit.tsv", "audit-exclude.tsv");
        assertThat(folder.resolve("audit.html")).content().startsWith("<!DOCTYPE html>").contains("Audit of data");
        assertThat(folder.resolve("audit.tsv")).content().contains("val/ring/text.jpg\tunreadable\tring\t");
        assertThat(folder.resolve("audit-exclude.tsv")).content()
                .contains("\ntrain/ring/copy.jpg\texact-duplicate\tcopy of val/ring/0000.jpg\n");
    }

    @Test
    void whatCannotBeWrittenIsToldFirst() {
        CommandRun run = CommandRun.of("datasets", "audit", "--data", data, "--weights", weights, "--output", "a.htm");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--output must end in .html, got a.htm");
        CommandRun.of("datasets", "audit", "--data", data, "--weights", weights, "--output",
                folder.resolve("none/audit.html")).assertFailed("its folder does not exist");
        CommandRun.of("datasets", "audit", "--data", folder.resolve("none"), "--weights", weights, "--output",
                folder.resolve("other.html")).assertFailed(folder.resolve("none") + ": no such folder");
    }

    @Test
    void commandsLeaveOutWhatTheListNames() throws IOException {
        Path run = folder.resolve("run");
        CommandRun.of("train", "--data", data, "--output", run, "--variant", "x0_25", "--image-size", 32, "--epochs", 1,
                "--exclude", list).assertSucceeded();
        assertThat(run.resolve("run.json")).content().contains("\"Training images\" : \"50\"",
                "\"Validation images\" : \"20\"", "\"Images left out\" : \"2, as in exclude.txt\"",
                "\"Unreadable images\" : \"0\"");
        CommandRun resumed = CommandRun.of("train", "--resume", run, "--exclude", list);
        assertThat(resumed.code()).isEqualTo(2);
        assertThat(resumed.err()).contains("leave out --exclude");

        CommandRun probe = CommandRun.of("probe", "--data", data, "--weights", weights, "--output",
                folder.resolve("probe.zip"), "--exclude", list).assertSucceeded();
        assertThat(probe.out()).contains("10 classes, 50 images");
        for (Object[] exclude : new Object[][] {{}, {"--exclude", list}}) {
            CommandRun evaluated = CommandRun.of(Stream.concat(Stream.of("evaluate",
                    "--model", run.resolve("model.zip"), "--data", data), Stream.of(exclude))
                    .toArray()).assertSucceeded();
            assertThat(evaluated.err().contains("text.jpg")).isEqualTo(exclude.length == 0);
        }
        CommandRun.of("evaluate", "--model", run.resolve("model.zip"), "--data", data.resolve("val"), "--exclude", list)
                .assertFailed("list.tsv: names 2 images, the first that " + data.resolve("val") + " does not have",
                        "names are relative to " + data.resolve("val"));
        CommandRun.of("train", "--data", data, "--output", folder.resolve("not"), "--exclude", folder.resolve("none"))
                .assertFailed(folder.resolve("none") + ": no such file");
        assertThat(folder.resolve("not")).doesNotExist();
    }
}
