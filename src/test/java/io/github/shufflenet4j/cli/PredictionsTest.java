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
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.explain.Overlay;
import io.github.shufflenet4j.inference.Explanation;
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

    @Test
    void anEvaluationWritesThePredictionsOfEachImage() throws IOException {
        Path csv = folder.resolve("evaluation.csv");
        Path json = folder.resolve("evaluation.json");
        for (Path file : List.of(csv, json)) {
            CommandRun.of("evaluate", "--model", model, "--data", photos, "--predictions", file, "--top", 2)
                    .assertSucceeded();
        }
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0)).isEqualTo("image,true_class,class_1,probability_1,class_2,probability_2");
        String[] predicted = predict("--format", "csv", "--top", 2, photos).out().split("\n");
        JsonNode array = JSON.readTree(json.toFile());
        assertThat(array).hasSize(files.size());
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            String truth = file.getParent().getFileName().toString();
            assertThat(lines.get(i + 1)).isEqualTo(file + "," + truth + predicted[i + 1].substring(
                    file.toString().length()));
            assertThat(array.get(i).get("image").asText()).isEqualTo(file.toString());
            assertThat(array.get(i).get("trueClass").asText()).isEqualTo(truth);
            assertThat(array.get(i).get("predictions").get(1).get("label").asText())
                    .isEqualTo(lines.get(i + 1).split(",")[4]);
        }
        assertThat(CommandRun.of("evaluate", "--model", model, "--data", photos, "--predictions",
                folder.resolve("evaluation.txt")).code()).isEqualTo(2);
    }

    /** Recomputed from the predictions of each image. */
    @Test
    void theScoresOfAnEvaluationAreThoseOfItsPredictions() throws IOException {
        Path csv = folder.resolve("to-score.csv");
        Path metrics = folder.resolve("metrics.json");
        JsonNode result = CommandRun.of("evaluate", "--model", model, "--data", photos, "--predictions", csv, "--top",
                1, "--metrics", metrics, "--format", "json").assertSucceeded().json();
        List<String[]> rows = Files.readAllLines(csv).stream().skip(1).map(line -> line.split(",")).toList();
        JsonNode scores = JSON.readTree(metrics.toFile());
        assertThat(scores.get("result")).isEqualTo(result);
        assertThat(scores.get("unreadable").asInt()).isZero();
        assertThat(scores.get("classes")).hasSize(10);
        for (JsonNode ofClass : scores.get("classes")) {
            String name = ofClass.get("name").asText();
            long predicted = rows.stream().filter(row -> row[2].equals(name)).count();
            long correct = rows.stream().filter(row -> row[1].equals(name) && row[2].equals(name)).count();
            assertThat(ofClass.get("images").asInt()).isEqualTo(4);
            assertThat(ofClass.get("predicted").asLong()).isEqualTo(predicted);
            assertThat(ofClass.get("recall").asDouble()).isEqualTo(100 * (correct / 4.0));
            if (predicted == 0) {
                assertThat(ofClass.get("precision").isNull()).isTrue();
            } else {
                assertThat(ofClass.get("precision").asDouble()).isEqualTo(100 * ((double) correct / predicted));
            }
        }
        double[] gaps = new double[15];
        rows.forEach(row -> gaps[(int) Math.ceil(Double.parseDouble(row[3]) * 15) - 1] +=
                (row[1].equals(row[2]) ? 1 : 0) - Double.parseDouble(row[3]));
        // The file has six digits of each probability.
        assertThat(scores.get("expectedCalibrationError").asDouble())
                .isCloseTo(100 * DoubleStream.of(gaps).map(Math::abs).sum() / rows.size(), within(1e-4));
        int confused = 0;
        for (JsonNode confusion : scores.get("confusions")) {
            confused += confusion.get("images").asInt();
        }
        assertThat(confused).isEqualTo((int) rows.stream().filter(row -> !row[1].equals(row[2])).count());
    }

    /** The worst mistake is that with the lowest probability of its class among the written predictions. */
    @Test
    void theReportShowsWhatSpeaksForTheWorstMistakes() throws IOException {
        Path report = folder.resolve("report.html");
        Path json = folder.resolve("all.json");
        CommandRun.of("evaluate", "--model", model, "--data", photos, "--report", report, "--predictions", json,
                "--top", 10).assertSucceeded();
        JsonNode worst = null;
        double lowest = 1;
        for (JsonNode image : JSON.readTree(json.toFile())) {
            for (JsonNode prediction : image.get("predictions")) {
                if (prediction.get("label").equals(image.get("trueClass"))
                        && prediction.get("probability").asDouble() < lowest) {
                    lowest = prediction.get("probability").asDouble();
                    worst = image;
                }
            }
        }
        String page = Files.readString(report);
        try (ImageClassifier classifier = ImageClassifier.load(model)) {
            List<String> classes = classifier.metadata().classNames();
            Explanation explanation = classifier.explain(Path.of(worst.get("image").asText()),
                    worst.at("/predictions/0/index").asInt(), classes.indexOf(worst.get("trueClass").asText()));
            assertThat(explanation.maps()).hasSize(2).allSatisfy(map -> assertThat(page).contains(Base64.getEncoder()
                    .encodeToString(ImageEncoder.jpeg(new Overlay(192).draw(explanation, map)))));
        }
        // Of the mistakes, 24 are shown: each by a photo and two maps.
        assertThat(page.split("alt=\"photo\"")).hasSize(25);
        assertThat(page.split("alt=\"evidence for ")).hasSize(49);
        assertThat(page).contains("Reliability diagram", "expected calibration error", "Accuracy against coverage",
                "Most confused classes", "red speaks for a class");
    }
}
