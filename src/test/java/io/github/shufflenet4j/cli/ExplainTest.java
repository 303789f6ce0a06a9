package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.Mask;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code predict --explain} and {@code pointing-game}. */
class ExplainTest {

    @TempDir
    private static Path folder;
    private static Path shapes;
    private static Path masks;
    private static Path model;

    @BeforeAll
    static void renderAndMakeAModel() throws IOException {
        shapes = folder.resolve("shapes");
        masks = folder.resolve("masks");
        CommandRun.of("datasets", "generate", "--output", shapes, "--masks", masks, "--size", 96, "--scale", 0.5,
                "--train", 1, "--val", 2).assertSucceeded();
        model = folder.resolve("model.zip");
        TrainedModel random = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10);
        ModelFile.write(model, new TrainedModel(random.network(),
                random.metadata().withClassNames(RenderedDataset.CLASSES)), false);
    }

    private static List<String> names(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Path image(String name) {
        return shapes.resolve("val").resolve(name);
    }

    @Test
    void mapsOfTheBestClassesAreWrittenAndBrokenImagesNamed() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "no image");
        Path maps = folder.resolve("maps");
        CommandRun run = CommandRun.of("predict", "--model", model, "--format", "json", "--top", 2, "--explain", maps,
                image("house/0000.jpg"), broken, image("star/0001.jpg"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("broken.jpg: not an image");
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(2);
        List<String> files = names(maps);
        assertThat(files).hasSize(5).contains("index.html");
        for (int image = 0; image < 2; image++) {
            JsonNode ranked = new ObjectMapper().readTree(lines.get(image)).get("predictions");
            for (int rank = 0; rank < 2; rank++) {
                String file = "000" + (image + 1) + "-" + (image == 0 ? "0000" : "0001") + "-"
                        + ranked.get(rank).get("label").asText() + ".png";
                assertThat(files).contains(file);
                assertThat(ImageDecoder.read(maps.resolve(file)).width()).isEqualTo(480);
            }
        }
        assertThat(maps.resolve("index.html")).content().contains("house/0000.jpg", "star/0001.jpg", "broken.jpg",
                "Unreadable images", "; logit ", "data:image/jpeg;base64,");
    }

    @Test
    void classesAreChosenByNameOrIndex() throws IOException {
        Path maps = folder.resolve("chosen");
        CommandRun.of("predict", "--model", model, "--explain", maps, "--explain-class", "ring", "--explain-class", 0,
                image("house/0000.jpg")).assertSucceeded();
        assertThat(names(maps)).containsExactly("0001-0000-arrow.png", "0001-0000-ring.png", "index.html");
    }

    @Test
    void manyImagesFillSeveralPages() throws IOException {
        Path list = Files.writeString(folder.resolve("many.txt"),
                (image("house/0000.jpg") + "\n").repeat(101));
        Path maps = folder.resolve("many");
        CommandRun.of("predict", "--model", model, "--explain", maps, "--explain-class", "house", list)
                .assertSucceeded();
        assertThat(names(maps)).hasSize(103).contains("0101-0000-house.png", "page2.html");
        assertThat(maps.resolve("index.html")).content().contains("href=\"page2.html\"");
        assertThat(maps.resolve("page2.html")).content().contains("house/0000.jpg").doesNotContain("page3.html");
    }

    @Test
    void faultsAreNamed() throws IOException {
        Path photo = image("house/0000.jpg");
        CommandRun.of("predict", "--model", model, "--explain", folder.resolve("none"), "--explain-class", "horse",
                photo).assertFailed("there is no class 'horse'; did you mean 'house'?");
        assertThat(folder.resolve("none")).doesNotExist();
        CommandRun.of("predict", "--model", model, "--explain", shapes, photo)
                .assertFailed("exists and is not empty");
        CommandRun.of("predict", "--model", model, "--explain-class", "house", photo)
                .assertFailed("--explain-class needs --explain DIR");
        Files.delete(masks.resolve("star/0001.png"));
        CommandRun.of("pointing-game", "--model", model, "--data", shapes, "--masks", masks)
                .assertFailed("star/0001.png: no such file");
        Files.copy(masks.resolve("star/0000.png"), masks.resolve("star/0001.png"));
    }

    @Test
    void masksAreWhereTheShapesAre() throws IOException {
        // Without clutter and noise they would be equal: the shape differs in brightness by at least 70 of 255.
        for (String name : List.of("house/0000", "ring/0001", "triangle/0000")) {
            var shown = ImageDecoder.read(image(name + ".jpg"));
            Mask mask = Mask.of(ImageDecoder.read(masks.resolve(name + ".png")));
            double[] sums = new double[2];
            int[] counts = new int[2];
            Mask near = mask.dilated(6);
            for (int i = 0; i < 96 * 96; i++) {
                if (near.pixels().get(i)) {
                    int on = mask.pixels().get(i) ? 1 : 0;
                    sums[on] += shown.pixels()[3 * i + 1] & 0xFF;
                    counts[on]++;
                }
            }
            assertThat(counts[1]).as(name).isBetween(96 * 96 / 100, 96 * 96 / 5);
            assertThat(Math.abs(sums[1] / counts[1] - sums[0] / counts[0])).as(name).isGreaterThan(25);
        }
    }

    @Test
    void thePointingGameIsPlayedWithTheMapsOfTheTrueClasses() throws IOException {
        CommandRun run = CommandRun.of("pointing-game", "--model", model, "--data", shapes, "--masks", masks,
                "--format", "json").assertSucceeded();
        JsonNode result = run.json().get("on the object");
        assertThat(run.json()).hasSize(3);
        assertThat(result.get("images").asInt()).isEqualTo(20);
        int hits = 0;
        try (ImageClassifier classifier = ImageClassifier.load(model)) {
            for (int label = 0; label < 10; label++) {
                for (int number = 0; number < 2; number++) {
                    String name = RenderedDataset.CLASSES.get(label) + "/000" + number;
                    Explanation explanation = classifier.explain(image(name + ".jpg"), label);
                    int peak = explanation.maps().get(0).peak();
                    // Two by two cells in a crop of 64 of 70 pixels, to which 96 are resized.
                    double cell = 32 * 96 / 70.0;
                    double edge = 3 * 96 / 70.0;
                    hits += Mask.of(ImageDecoder.read(masks.resolve(name + ".png"))).contains(
                            (int) (edge + (peak % 2 + 0.5) * cell), (int) (edge + (peak / 2 + 0.5) * cell)) ? 1 : 0;
                }
            }
        }
        assertThat(result.get("hits").asDouble()).isCloseTo(hits / 20.0, within(1e-9));
        assertThat(result.get("area").asDouble()).isBetween(0.02, 0.2);
        assertThat(CommandRun.of("pointing-game", "--model", model, "--data", shapes, "--masks", masks)
                .assertSucceeded().out().lines().toList()).hasSize(4).last().asString()
                .startsWith("within 15 pixels of it");
    }
}
