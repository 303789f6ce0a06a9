package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/** The output of {@code predict} and {@code evaluate} for many images. */
class PredictionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;
    private static Path photos;
    private static Path model;
    private static List<Path> files;

    @BeforeAll
    static void renderAndMakeAModel() throws IOException {
        new RenderedDataset(64, 4, 1, 1).write(folder.resolve("rendered"));
        photos = folder.resolve("rendered/train");
        ImageFolder images = ImageFolder.open(photos);
        files = IntStream.range(0, images.size()).mapToObj(sample -> Path.of(images.name(sample))).toList();
        model = folder.resolve("model.zip");
        TrainedModel random = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 10);
        ModelFile.write(model, new TrainedModel(random.network(), random.metadata().withClassNames(images.classes())),
                false);
    }

    private static CommandRun predict(Object... args) {
        List<Object> all = new ArrayList<>(List.of("predict", "--model", model));
        all.addAll(List.of(args));
        return CommandRun.of(all.toArray());
    }

    /** Forty images are more than a batch; the classifier, one by one, is the reference. */
    @Test
    void aFolderGivesWhatItsImagesGiveOneByOne() throws IOException {
        List<String> lines = predict("--format", "json", "--top", 3, photos).assertSucceeded().out().lines().toList();
        assertThat(lines).hasSameSizeAs(files);
        try (ImageClassifier classifier = ImageClassifier.load(model)) {
            for (int i = 0; i < lines.size(); i++) {
                JsonNode line = JSON.readTree(lines.get(i));
                assertThat(line.get("image").asText()).isEqualTo(files.get(i).toString());
                List<Prediction> expected = classifier.classify(files.get(i));
                assertThat(line.get("predictions")).hasSize(3);
                for (int rank = 0; rank < 3; rank++) {
                    JsonNode actual = line.get("predictions").get(rank);
                    assertThat(actual.get("label").asText()).isEqualTo(expected.get(rank).label());
                    // Six digits are written.
                    assertThat(actual.get("probability").asDouble())
                            .isCloseTo(expected.get(rank).probability(), within(5.1e-7));
                }
            }
        }
    }

    @Test
    void foldersListsAndStandardInputGiveTheSameFile() throws IOException {
        Path ofFolder = folder.resolve("of-folder.csv");
        assertThat(predict("--format", "csv", "--top", 2, "--output", ofFolder, photos).assertSucceeded().out())
                .isEmpty();
        List<String> lines = Files.readAllLines(ofFolder);
        assertThat(lines).hasSize(files.size() + 1);
        assertThat(lines.get(0)).isEqualTo("image,class_1,probability_1,class_2,probability_2");
        Path list = Files.writeString(folder.resolve("list.txt"),
                files.stream().map(Path::toString).collect(Collectors.joining("\n")));
        Path ofList = folder.resolve("of-list.csv");
        predict("--format", "csv", "--top", 2, "--output", ofList, list).assertSucceeded();
        assertThat(ofList).hasSameTextualContentAs(ofFolder);
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(Files.readAllBytes(list)));
        try {
            assertThat(predict("--format", "csv", "--top", 2, "-").assertSucceeded().out())
                    .isEqualTo(Files.readString(ofFolder));
            System.setIn(new ByteArrayInputStream(new byte[0]));
            predict("-").assertFailed("standard input names no images");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void belowTheThresholdThereIsNoAnswer() throws IOException {
        Object[] all = {"--format", "csv", "--top", 1, photos};
        List<Double> probabilities = predict(all).out().lines().skip(1)
                .map(line -> Double.parseDouble(line.split(",")[2])).sorted().toList();
        // Between two of the probabilities, so that half of the images are answered.
        int half = probabilities.size() / 2;
        double threshold = (probabilities.get(half - 1) + probabilities.get(half)) / 2;
        assertThat(probabilities.get(half) - probabilities.get(half - 1)).isGreaterThan(2e-6);
        List<String> lines = predict("--format", "csv", "--top", 1, "--threshold", threshold, photos).assertSucceeded()
                .out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("image,answer,class_1,probability_1");
        assertThat(lines.stream().skip(1)).allSatisfy(line -> {
            String[] cells = line.split(",");
            assertThat(cells[1]).isEqualTo(Double.parseDouble(cells[3]) >= threshold ? cells[2] : "");
        });
        assertThat(lines.stream().filter(line -> line.contains(",,"))).hasSize(half);
        Path image = files.get(0);
        assertThat(predict("--threshold", 1, "--top", 2, image).assertSucceeded().out().lines().toList())
                .hasSize(4).element(1).isEqualTo("  none: no class reaches 100.00 %");
        assertThat(predict("--threshold", 1, "--format", "json", image).json().get("answer").isNull()).isTrue();
        assertThat(predict("--threshold", 0, "--format", "json", image).json().get("answer").asText())
                .isEqualTo(predict("--format", "json", image).json().get("predictions").get(0).get("label").asText());
        assertThat(predict("--threshold", 1.5, image).code()).isEqualTo(2);
    }

    @Test
    void unreadableImagesAreNamedAndTheOthersWritten() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jpg"), "not an image");
        Path missing = folder.resolve("missing.jpg");
        Path output = folder.resolve("with-broken.csv");
        CommandRun outcome = predict("--format", "csv", "--output", output, files.get(0), broken, missing,
                files.get(1));
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("error: ")))
                .hasSize(2).anyMatch(line -> line.contains(broken.toString()))
                .contains("error: " + missing + ": no such file");
        assertThat(Files.readAllLines(output)).hasSize(3).element(2).asString().startsWith(files.get(1) + ",");
        predict("--output", folder.resolve("no/folder.csv"), files.get(0)).assertFailed("its folder does not exist");
    }
}
