package io.github.shufflenet4j.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.audit.Finding.Kind;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.ImageList;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelWeights;

class DatasetAuditTest {

    @TempDir
    private static Path folder;
    private static FeatureExtractor extractor;

    /** A network of random weights tells copies from others as well. */
    @BeforeAll
    static void makeNetwork() {
        extractor = FeatureExtractor.of(ModelWeights.of(
                RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 2)));
    }

    /** Copies within a part and across parts, as they are and at another size, and two files that are no images. */
    private static Path faulty(String name) throws IOException {
        Path data = folder.resolve(name);
        new RenderedDataset(72, 6, 2, 1).write(data);
        Path train = data.resolve("train");
        Files.copy(data.resolve("val/ring/0000.jpg"), train.resolve("ring/a-copy.jpg"));
        Files.copy(train.resolve("triangle/0001.jpg"), train.resolve("ring/wrong.jpg"));
        Files.write(train.resolve("spiral/small.png"), TestImages.encode(
                Resize.resize(ImageDecoder.read(train.resolve("spiral/0000.jpg")), 60, 60), "png"));
        Files.writeString(train.resolve("ring/text.jpg"), "no image");
        Files.write(data.resolve("val/ring/cut.jpg"),
                Arrays.copyOf(Files.readAllBytes(train.resolve("ring/0000.jpg")), 300));
        return data;
    }

    private static List<String> excluded(AuditResult result) {
        return result.findings().stream().filter(Finding::excluded).map(Finding::image).distinct().toList();
    }

    @Test
    void faultsAreFoundAndNamed() throws IOException {
        Location data = Location.of(faulty("faulty"));
        List<String> tasks = new ArrayList<>();
        AuditResult result = new DatasetAudit(extractor, (task, total, unit) -> {
            tasks.add(task + " of " + total + " " + unit);
            return done -> assertThat(done).isBetween(1, total);
        }).run(data);
        assertThat(tasks).contains("features of 85 images", "labels of 5 folds");
        assertThat(result.images().size()).isEqualTo(85);
        assertThat(result.parts()).extracting(part -> part.place().name()).containsExactly("train", "val");
        assertThat(result.parts().get(0).sizes()).contains(9, 7, 6);

        assertThat(result.findings(Kind.UNREADABLE)).extracting(Finding::image)
                .containsExactly("train/ring/text.jpg", "val/ring/cut.jpg");
        assertThat(result.findings(Kind.UNREADABLE)).allMatch(finding -> !finding.detail().isEmpty());
        assertThat(result.findings(Kind.EXACT_DUPLICATE)).extracting(Finding::image)
                .containsExactly("train/ring/a-copy.jpg", "train/triangle/0001.jpg");
        Finding across = result.findings(Kind.EXACT_DUPLICATE).get(0);
        assertThat(across.partner()).contains("val/ring/0000.jpg");
        assertThat(across.detail()).isEqualTo("across parts");
        assertThat(result.findings(Kind.EXACT_DUPLICATE).get(1).detail()).isEqualTo("the other is labelled ring");
        assertThat(result.findings(Kind.NEAR_DUPLICATE)).extracting(Finding::image)
                .contains("train/spiral/small.png");
        assertThat(result.findings(Kind.EXACT_DUPLICATE)).extracting(Finding::excluded).containsExactly(true, false);
        assertThat(excluded(result)).contains("train/ring/text.jpg", "val/ring/cut.jpg", "train/ring/a-copy.jpg")
                .hasSize((int) result.excluded());

        List<String> lines = result.toTsv().lines().toList();
        assertThat(lines).hasSize(1 + result.findings().size());
        assertThat(lines.get(0)).isEqualTo("file\tfinding\tgiven\tsuggested\tprobability\tscore\tpartner\tdetail");
        assertThat(lines).contains("train/ring/a-copy.jpg\texact-duplicate\tring\t\t\t1.0000\tval/ring/0000.jpg"
                + "\tacross parts").allMatch(line -> line.split("\t", -1).length == 8);

        Path list = Files.writeString(folder.resolve("exclude.tsv"), result.exclusions());
        assertThat(Exclusion.read(list).names()).containsExactlyInAnyOrderElementsOf(excluded(result));
        DataSplit left = DataSplit.open(data, Optional.empty(), 1).without(Exclusion.read(list), data);
        assertThat(left.train().size() + left.validation().size()).isEqualTo(85 - result.excluded());

        String page = result.page().html();
        assertThat(page).contains("Unreadable images (2)", "Exact duplicates (2)", "train/ring/text.jpg",
                "data:image/jpeg;base64,", "Images of each class");
    }

    @Test
    void extraCopiesInUndividedDataAreLeftOut() throws IOException {
        Path data = faulty("undivided").resolve("train");
        AuditResult result = new DatasetAudit(extractor).run(Location.of(data));
        assertThat(result.findings(Kind.EXACT_DUPLICATE)).extracting(Finding::image)
                .containsExactly("triangle/0001.jpg");
        assertThat(excluded(result)).contains("triangle/0001.jpg", "spiral/small.png", "ring/text.jpg");
        assertThat(new DatasetAudit(extractor).run(Location.of(data)).toTsv()).isEqualTo(result.toTsv());
    }

    @Test
    void oneClassIsNotJudged() throws IOException {
        Path data = faulty("one").resolve("train");
        Path single = Files.createDirectories(folder.resolve("single"));
        Files.move(data.resolve("ring"), single.resolve("ring"));
        AuditResult result = new DatasetAudit(extractor).run(Location.of(single));
        assertThat(result.findings(Kind.LABEL_ERROR)).isEmpty();
        assertThat(result.findings(Kind.DOUBTFUL_LABEL)).isEmpty();
        assertThat(result.findings(Kind.UNREADABLE)).hasSize(1);

        Path few = Files.createDirectories(folder.resolve("few/a"));
        Files.copy(data.resolve("spiral/0000.jpg"), few.resolve("1.jpg"));
        AuditResult least = new DatasetAudit(extractor).run(Location.of(few.getParent()));
        assertThat(least.findings()).isEmpty();
        assertThat(least.unjudged()).containsExactly("a");
        assertThat(least.page().html()).contains("Too few images to judge their labels: a.");
        Files.writeString(few.resolve("1.jpg"), "no image");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> new DatasetAudit(extractor).run(Location.of(few.getParent())))
                .withMessageStartingWith("none of the 1 images can be read; the first is " + few.resolve("1.jpg"));
    }

    @Test
    void aPartHasTheClassesOfTheFirst() throws IOException {
        Path data = faulty("classes");
        Files.move(data.resolve("val/ring"), data.resolve("val/rings"));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> new DatasetAudit(extractor).run(Location.of(data)))
                .withMessageContaining(data.resolve("val") + ": class 'rings' is none of the 10 known");
    }

    @Test
    void tooManyImagesForTheMemoryAreRefused() {
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> ImageFeatures.requireMemory(
                new ImageList(Stream.generate(() -> Path.of("a.jpg")).limit(100_000).toList()), 1024, 1_000_000_000))
                .withMessage("the audit of 100000 images of 1 classes needs 1.5 GB of memory, but Java may use 1.0 GB:"
                        + " give it more (-Xmx), or audit fewer images");
    }

    /** Caltech-101 has few wrong labels, and copies within classes alone. */
    @Test
    void photosOfOtherClassesAreNoCopies() throws IOException {
        Location data = Location.of(Shared.path("images/caltech10/val"));
        AuditResult result = new DatasetAudit(FeatureExtractor.load(
                Shared.path("weights/shufflenetv2_x0_5-imagenet-fp16.pth"))).run(data);
        assertThat(result.findings(Kind.UNREADABLE)).isEmpty();
        assertThat(result.findings(Kind.LABEL_ERROR).size()).isLessThan(result.images().size() / 20);
        assertThat(result.findings(Kind.NEAR_DUPLICATE)).allMatch(copy ->
                copy.given().equals(result.images().classes().get(result.images().label(copy.original()))));
    }
}
