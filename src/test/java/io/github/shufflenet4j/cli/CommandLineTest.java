package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import picocli.CommandLine;

import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.ZipFiles;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;

/** Commands end to end: arguments, output, exit codes, files. */
class CommandLineTest {

    @TempDir
    private static Path folder;
    private static Path data;
    private static Path run;
    private static Path model;

    private static CommandRun shufflenet(Object... args) {
        return CommandRun.of(args);
    }

    private static CommandRun train(Path output, Object... more) {
        return trainOn(data, output, more);
    }

    private static CommandRun trainOn(Path images, Path output, Object... more) {
        Object[] args = {"train", "--data", images, "--output", output, "--variant", "x0_25", "--image-size", 32,
            "--batch-size", 16, "--epochs", 2, "--seed", 3};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return shufflenet(all);
    }

    @BeforeAll
    static void generateAndTrain() {
        data = folder.resolve("data");
        run = folder.resolve("run");
        model = run.resolve("model.zip");
        CommandRun generated =
                shufflenet("datasets", "generate", "--output", data, "--size", 40, "--train", 5, "--val", 2);
        assertThat(generated.code()).as(generated.err()).isZero();
        assertThat(generated.out()).contains("10 classes, 50 training and 20 validation images");
        CommandRun trained = train(run);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("epoch 2/2").contains("best: ");
    }

    @Test
    void aListOfTheSameImagesGivesTheSameNetwork() throws IOException {
        Path lists = Files.createDirectory(folder.resolve("lists"));
        for (String part : List.of("train", "val")) {
            ImageSource images = ImageSource.open(data, part);
            Files.write(lists.resolve(part + ".tsv"), IntStream.range(0, images.size())
                    .mapToObj(i -> images.name(i) + "\t" + images.classes().get(images.label(i))).toList());
        }
        Path output = folder.resolve("from-lists");
        CommandRun trained = trainOn(lists, output);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(metricsWithoutSpeed(output)).isEqualTo(metricsWithoutSpeed(run));
    }

    @Test
    void shardsReplaceTheirDataset() throws IOException {
        Path shards = folder.resolve("shards");
        CommandRun packed =
                shufflenet("datasets", "shard", "--data", data, "--output", shards, "--images-per-shard", 20);
        assertThat(packed.code()).as(packed.err()).isZero();
        assertThat(packed.out()).contains("train: 10 classes, 50 images in 3 tar files", "val: 10 classes, 20 images");
        JsonNode result = shufflenet("evaluate", "--model", model, "--data", shards.resolve("val"), "--format", "json",
                "--report", folder.resolve("shards.html")).json();
        JsonNode expected = shufflenet("evaluate", "--model", model, "--data", data.resolve("val"), "--format", "json")
                .json();
        assertThat(result.get("images").asInt()).isEqualTo(20);
        assertThat(result.get("top5")).isEqualTo(expected.get("top5"));
        assertThat(result.get("loss").asDouble()).isCloseTo(expected.get("loss").asDouble(), within(1e-6));
        assertThat(shufflenet("datasets", "preview", "--data", shards.resolve("train"), "--samples", 1, "--output",
                folder.resolve("shards.png")).code()).isZero();
        Path output = folder.resolve("from-shards");
        CommandRun trained = trainOn(shards, output);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(ModelLoader.load(output.resolve("model.zip")).metadata().classNames())
                .isEqualTo(ModelLoader.load(model).metadata().classNames());
        shufflenet("datasets", "shard", "--data", data, "--output", shards).assertFailed("shards", "not empty");
        shufflenet("datasets", "shard", "--data", folder.resolve("none"), "--output", folder.resolve("x"))
                .assertFailed("none: no such folder or file");
        assertThat(shufflenet("datasets", "shard", "--data", data, "--output", folder.resolve("x"),
                "--images-per-shard", 0).code()).isEqualTo(2);
    }

    private static List<String> metricsWithoutSpeed(Path output) throws IOException {
        return Files.readAllLines(output.resolve("metrics.csv")).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))).toList();
    }

    @Test
    void trainingWritesItsFiles() throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("metrics.csv"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("epoch,learning_rate,train_loss,val_loss,top1,top5,balanced_accuracy,"
                + "macro_f1,images_per_second");
        assertThat(lines.get(1)).startsWith("1,");
        try (var files = Files.list(run)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("metrics.csv", "model.zip", "last.zip", "recipe.yaml", "run.lock",
                            "report.html", "run.json", "tensorboard", "checkpoints");
        }
        var metadata = ModelLoader.load(model).metadata();
        assertThat(metadata.classNames()).hasSize(10).contains("star", "spiral");
        assertThat(metadata.provenance()).containsEntry("data", "data").containsEntry("seed", "3");
    }

    @Test
    void metricsDependOnTheSeedAlone() throws IOException {
        Path again = folder.resolve("again");
        assertThat(train(again).code()).isZero();
        assertThat(metricsWithoutSpeed(again)).isEqualTo(metricsWithoutSpeed(run));
        assertThat(ModelLoader.load(again.resolve("model.zip")).network().params()
                .equals(ModelLoader.load(model).network().params())).isTrue();
        Path other = folder.resolve("other");
        assertThat(train(other, "--epochs", 1, "--seed", 4).code()).isEqualTo(2);
        CommandRun reseeded = shufflenet("train", "--data", data, "--output", other, "--variant", "x0_25",
                "--image-size", 32, "--batch-size", 16, "--epochs", 2, "--seed", 4);
        assertThat(reseeded.code()).isZero();
        assertThat(metricsWithoutSpeed(other)).isNotEqualTo(metricsWithoutSpeed(run));
        CommandRun extended = shufflenet("train", "--resume", other, "--epochs", 3);
        assertThat(extended.code()).as(extended.err()).isZero();
        assertThat(extended.out()).contains("extended from 2 to 3 epochs: the learning rate goes on at 0.0",
                "epoch 3/3");
        shufflenet("train", "--resume", other, "--epochs", 2)
                .assertFailed(other.toString(), "can be extended to more");
    }

    @Test
    void aRunIsNeverOverwritten() throws IOException {
        byte[] before = Files.readAllBytes(run.resolve("metrics.csv"));
        train(run).assertFailed(run.toString(), "already holds a run");
        assertThat(Files.readAllBytes(run.resolve("metrics.csv"))).isEqualTo(before);
        // Before it looks for images.
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.copy(run.resolve("metrics.csv"), taken.resolve("metrics.csv"));
        trainOn(folder.resolve("none"), taken).assertFailed(taken.toString(), "already holds a run");
        assertThat(taken).isDirectoryContaining("glob:**metrics.csv").isDirectoryNotContaining("glob:**run.lock");
        trainOn(folder.resolve("none"), model).assertFailed(model.toString(), "is a file; choose a folder");
    }

    @Test
    void optionsTakePrecedenceOverTheRecipe() throws IOException {
        Path mine = Files.writeString(folder.resolve("mine.yaml"), """
                description: mine
                iterations: 9
                batchSize: 50
                learningRate: 0.2
                imageSize: 64
                evaluationCrop: 96
                labelSmoothing: 0
                """);
        Path output = folder.resolve("by-recipe");
        CommandRun outcome = shufflenet("train", "--data", data, "--output", output, "--recipe", mine, "--epochs", 1,
                "--variant", "x0_25", "--image-size", 32, "--micro-batch-size", 10, "--set", "mixup=0.2",
                "--set", "batchSize=20");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("1 epochs of 2 steps, learning rate 0.2");
        assertThat(output.resolve("recipe.yaml")).content().isEqualTo("""
                description: 'mine'
                variant: x0_25
                epochs: 1
                batchSize: 20
                microBatchSize: 10
                imageSize: 32
                labelSmoothing: 0.0
                learningRate: 0.2
                mixup: 0.2
                """);
        assertThat(ModelLoader.load(output.resolve("model.zip")).metadata().preprocessing().crop()).isEqualTo(32);
        Files.writeString(mine, "description: mine\nepoch: 9\n");
        shufflenet("train", "--data", data, "--output", folder.resolve("x"), "--recipe", mine)
                .assertFailed(mine + ":2: unknown key 'epoch'");
        shufflenet("train", "--data", data, "--output", folder.resolve("x"), "--recipe", "nowhere")
                .assertFailed("nowhere: no such recipe");
        shufflenet("train", "--data", data, "--output", folder.resolve("x"), "--set", "warmupEpochs=30")
                .assertFailed("ends within its warm-up");
    }

    @Test
    void resumingAFinishedRunChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(run.resolve("metrics.csv"));
        CommandRun outcome = shufflenet("train", "--resume", run);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("resumed from").contains("best: ");
        assertThat(Files.readAllBytes(run.resolve("metrics.csv"))).isEqualTo(before);
        CommandRun refused = shufflenet("train", "--resume", run, "--image-size", 32, "--seed", 2);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("leave out --image-size, --seed");
        shufflenet("train", "--resume", folder.resolve("nowhere")).assertFailed("nowhere", "no run to resume");
        shufflenet("train", "--resume", data).assertFailed(data.toString(), "no checkpoint");
    }

    @Test
    void weightsForOtherClassesGetANewHead() throws IOException {
        Path few = folder.resolve("few");
        for (String split : new String[] {"train", "val"}) {
            for (String name : new String[] {"star", "ring", "house"}) {
                Path target = Files.createDirectories(few.resolve(split).resolve(name));
                try (var files = Files.list(data.resolve(split).resolve(name))) {
                    for (Path file : files.toList()) {
                        Files.copy(file, target.resolve(file.getFileName()));
                    }
                }
            }
        }
        Path tuned = folder.resolve("tuned");
        CommandRun outcome = shufflenet("train", "--data", few, "--output", tuned, "--weights", model,
                "--image-size", 32, "--batch-size", 8, "--epochs", 1, "--learning-rate", "1e-9");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("classifier of a linear probe", "3 classes", "before the first epoch: ");
        var before = ModelLoader.load(model).network();
        var after = ModelLoader.load(tuned.resolve("model.zip"));
        assertThat(after.metadata().classNames()).containsExactly("house", "ring", "star");
        // So small a learning rate shows that the body is the weights' own.
        assertThat(after.network().getLayer("conv5").getParam("W").sub(before.getLayer("conv5").getParam("W"))
                .amaxNumber().doubleValue()).isLessThan(1e-6);
        shufflenet("train", "--data", few, "--output", folder.resolve("x"), "--weights", model, "--variant", "x1_0")
                .assertFailed(model.toString(), "x0_25", "x1_0");
    }

    @Test
    void predictNamesClassesOfEachImage() throws IOException {
        Path image = data.resolve("val/star/0000.jpg");
        CommandRun text = shufflenet("predict", "--model", model, "--top", 3, image, image);
        assertThat(text.code()).isZero();
        assertThat(text.out().lines()).hasSize(8);
        CommandRun json = shufflenet("predict", "--model", model, "--format", "json", image);
        JsonNode line = json.json();
        assertThat(line.get("image").asText()).isEqualTo(image.toString());
        assertThat(line.get("predictions")).hasSize(5);
        JsonNode first = line.get("predictions").get(0);
        assertThat(first.fieldNames()).toIterable().containsExactly("index", "label", "probability");
        assertThat(first.get("probability").asDouble())
                .isBetween(line.get("predictions").get(1).get("probability").asDouble(), 1.0);
        Path labels = Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        assertThat(shufflenet("predict", "--model", model, "--labels", labels, "--top", 1, image).out())
                .containsPattern("%  [a-j]\n");
    }

    @Test
    void oneDamagedImageDoesNotStopTheOthers() throws IOException {
        Path broken = Files.write(folder.resolve("broken.png"), new byte[0]);
        CommandRun outcome = shufflenet("predict", "--model", model, "--top", 1, broken,
                data.resolve("val/ring/0000.jpg"));
        outcome.assertFailed(broken.toString());
        assertThat(outcome.out()).contains("ring/0000.jpg");
    }

    @Test
    void missingLibrariesOfTheTrainingPageAreNamed() {
        watched(0).assertFailed("org.deeplearning4j:deeplearning4j-ui");
    }

    @Test
    void aTakenPortOfTheTrainingPageIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            watched(taken.getLocalPort()).assertFailed("port " + taken.getLocalPort() + " is in use");
        }
    }

    /** A run with the training page at a port, or at any that is free for 0. */
    private CommandRun watched(int port) {
        String property = "org.deeplearning4j.ui.port";
        System.setProperty(property, Integer.toString(port));
        try {
            return shufflenet("train", "--data", data, "--output", folder.resolve("watched"), "--ui");
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void evaluateReportsAccuracy() throws IOException {
        JsonNode result = shufflenet("evaluate", "--model", model, "--data", data.resolve("val"), "--format", "json")
                .json();
        assertThat(result.fieldNames()).toIterable().containsExactly("images", "top1", "top5", "loss",
                "balancedAccuracy", "macroF1");
        assertThat(result.get("images").asInt()).isEqualTo(20);
        String best = Files.readAllLines(run.resolve("metrics.csv")).stream().skip(1)
                .map(line -> line.split(",")[4]).max(java.util.Comparator.comparingDouble(Double::parseDouble)).get();
        assertThat(result.get("top1").asDouble()).isEqualTo(Double.parseDouble(best));
        Path report = folder.resolve("evaluation.html");
        shufflenet("evaluate", "--model", model, "--data", data.resolve("val"), "--report", report);
        assertThat(Files.readString(report)).contains("20 images: top-1", "Precision, recall and F1 per class", "ring");
        Path unknown = Files.createDirectories(folder.resolve("unknown/zebra"));
        Files.copy(data.resolve("val/ring/0000.jpg"), unknown.resolve("0.jpg"));
        shufflenet("evaluate", "--model", model, "--data", unknown.getParent()).assertFailed("zebra");
    }

    @Test
    void previewDrawsWhatTrainingSees() throws IOException {
        Path sheet = folder.resolve("sheet.png");
        Object[] args = {"datasets", "preview", "--data", data.resolve("train"), "--output", sheet, "--samples", 3,
            "--size", 32, "--augment", "jitter,TrivialAugment,lighting,erasing,mixup,cutmix"};
        CommandRun outcome = shufflenet(args);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("mixup: ").contains("cutmix: ");
        assertThat(outcome.out().lines()).hasSize(6);
        byte[] first = Files.readAllBytes(sheet);
        RgbImage image = ImageDecoder.read(sheet);
        assertThat(image.width()).isEqualTo(4 + 8 * 36);
        assertThat(image.height()).isEqualTo(4 + 5 * 36);
        shufflenet(args);
        assertThat(Files.readAllBytes(sheet)).isEqualTo(first);
        assertThat(shufflenet("datasets", "preview", "--data", data.resolve("train"), "--output", sheet, "--samples", 2,
                "--size", 32, "--augment", "none").out().lines()).hasSize(3);
        shufflenet("datasets", "preview", "--data", folder.resolve("nowhere"), "--output", sheet)
                .assertFailed("nowhere", "no such folder");
    }

    @Test
    void forwardWritesLogitsAndStages() throws IOException {
        Path input = folder.resolve("input.npy");
        NpyFile.write(input, new Tensor(new int[] {2, 3, 32, 48}, new float[2 * 3 * 32 * 48]));
        Path output = folder.resolve("output.npy");
        assertThat(shufflenet("forward", "--model", model, "--input", input, "--output", output).code()).isZero();
        assertThat(NpyFile.read(output).shape()).containsExactly(2, 10);
        assertThat(shufflenet("forward", "--model", model, "--input", input, "--output", output, "--layer", "stage3")
                .code()).isZero();
        assertThat(NpyFile.read(output).shape()).containsExactly(2, 48, 2, 3);
        shufflenet("forward", "--model", model, "--input", input, "--output", output, "--layer", "stage9")
                .assertFailed("stage9");
        NpyFile.write(input, new Tensor(new int[] {3, 32, 32}, new float[3 * 32 * 32]));
        shufflenet("forward", "--model", model, "--input", input, "--output", output).assertFailed("[3, 32, 32]");
    }

    @ParameterizedTest
    @CsvSource({"x0_5, 1366792, 40476448", "x1.0, 2278604, 144907992"})
    void summaryCounts(String variant, long parameters, long macs) throws IOException {
        JsonNode json = shufflenet("summary", "--variant", variant, "--format", "json").json();
        assertThat(json.get("parameters").asLong()).isEqualTo(parameters);
        assertThat(json.get("macs").asLong()).isEqualTo(macs);
        assertThat(json.get("rows").get(0).get("name").asText()).isEqualTo("conv1");
        assertThat(shufflenet("summary", "--variant", variant).out()).contains("stage4.3.branch2.pointwise2");
    }

    @Test
    void summaryFindsNetworksByName() throws IOException {
        JsonNode json = shufflenet("summary", "--network", "mobilenet_v2_x1_0", "--format", "json").json();
        assertThat(json.get("macs").asLong()).isEqualTo(300774272);
        assertThat(shufflenet("summary", "--network", "shufflenet_v1_g3_x0_5").out())
                .contains("published: 0.7M parameters, 38M multiply-adds, 43.2 % top-1 error");
        assertThat(shufflenet("summary", "--network", "vgg16").err())
                .contains("vgg16", "resnet_50", "shufflenet_v2_plus_small");
    }

    @Test
    void comparisonsIncludePublishedFigures() throws IOException {
        CommandRun json =
                shufflenet("summary", "--compare", "shufflenet_v2_x0_5,mobilenet_v1_x0_25", "--format", "json");
        JsonNode first = new ObjectMapper().readTree(json.out().lines().findFirst().orElseThrow());
        assertThat(first.get("published_macs").asText()).isEqualTo("41M");
        assertThat(first.get("macs").asLong()).isEqualTo(40_476_448);
        assertThat(first.get("published_top1_error").asDouble()).isEqualTo(39.7);
        assertThat(json.out().lines()).hasSize(2);
        assertThat(shufflenet("summary", "--compare", "mobilenet_v1_x0_25", "--format", "csv").out().lines().toList())
                .last().asString().startsWith("mobilenet_v1_x0_25,224,470072,0.5M,41030272,41M,3136984,");
        assertThat(shufflenet("summary", "--compare", "mobilenet_v1_x0_25").out())
                .contains("network", "41,030,272", "MobileNets");
        assertThat(shufflenet("summary", "--compare", "lenet").err()).startsWith("error: unknown network 'lenet'");
    }

    /** Of a network by name, and of a trained one with its weights. */
    @Test
    void reuseIsWritten() throws IOException {
        Path named = folder.resolve("named");
        assertThat(shufflenet("reuse", "--network", "densenet_42m", "--output", named).out())
                .contains("wrote " + named.resolve("reuse.html"));
        assertThat(Files.readString(named.resolve("reuse.csv"))).contains("denseblock3.denselayer4");
        Path trained = folder.resolve("trained");
        assertThat(shufflenet("reuse", "--model", model, "--output", trained).code()).isZero();
        assertThat(Files.readString(trained.resolve("reuse.html"))).contains("Mean absolute weight", "layout");
    }

    @Test
    void summariesListAnyNetwork() {
        List<String> csv =
                shufflenet("summary", "--network", "mobilenet_v1_x0_25", "--format", "csv").out().lines().toList();
        assertThat(csv.get(0)).startsWith("name,type,output,parameters,macs,running_statistics,weights_read,");
        assertThat(csv.get(csv.size() - 1)).startsWith("total,,,470072,41030272,");
    }

    @Test
    void importedWeightsPredictAsTorchvisionDoes() throws IOException {
        Path imported = folder.resolve("imported.zip");
        Path photos = Shared.path("fixtures/preprocess");
        JsonNode expected = new ObjectMapper().readTree(photos.resolve("top5.json").toFile());
        for (String file : new String[] {"fp16.pth", "fp32-legacy.pth", "fp16.safetensors"}) {
            Path weights = Shared.path("weights/shufflenetv2_x0_5-imagenet-" + file);
            assertThat(shufflenet("import", "--from", weights, "--to", imported).code()).isZero();
            for (Path source : new Path[] {weights, imported}) {
                for (String photo : new String[] {"chelsea.png", "coffee.png", "rocket.jpg"}) {
                    JsonNode actual = shufflenet("predict", "--model", source, "--format", "json",
                            photos.resolve(photo)).json().get("predictions");
                    for (int i = 0; i < 5; i++) {
                        JsonNode row = expected.get(photo).get(i);
                        assertThat(actual.get(i).get("index").asInt()).isEqualTo(row.get(0).asInt());
                        assertThat(actual.get(i).get("label").asText()).isEqualTo(row.get(1).asText());
                        assertThat(actual.get(i).get("probability").asDouble())
                                .isCloseTo(row.get(2).asDouble(), org.assertj.core.data.Offset.offset(0.002));
                    }
                }
            }
        }
    }

    @Test
    void exportedModelsPredictAsBefore() throws IOException {
        Path image = data.resolve("val/star/0000.jpg");
        for (String ending : new String[] {".ONNX", ".pth", ".safetensors", ".zip"}) {
            Path exported = folder.resolve("exported" + ending);
            CommandRun outcome = shufflenet("export", "--model", model, "--to", exported);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out()).contains("x0_25", "torchvision", "10 classes");
            assertThat(shufflenet("predict", "--model", exported, image).out())
                    .isEqualTo(shufflenet("predict", "--model", model, image).out());
            Path imported = folder.resolve("imported-again.zip");
            assertThat(shufflenet("import", "--from", exported, "--to", imported).code()).isZero();
            assertThat(ModelLoader.load(imported).metadata()).isEqualTo(ModelLoader.load(model).metadata());
        }
        CommandRun unknown = shufflenet("export", "--model", model, "--to", folder.resolve("model.tflite"));
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err().strip()).contains("model.tflite", "possible: .onnx, .pth, .safetensors, .zip")
                .doesNotContain("\n");
        shufflenet("export", "--model", folder.resolve("nowhere"), "--to", folder.resolve("x.onnx"))
                .assertFailed("nowhere", "no such file");
    }

    /** Folders of a thousand-class model are called by WordNet id, or by name. */
    @ParameterizedTest
    @ValueSource(strings = {"n02124075", "Egyptian cat"})
    void imageNetFoldersAreMatchedToClasses(String name) throws IOException {
        Path weights = Shared.path("weights/shufflenetv2_x0_5-imagenet-fp16.safetensors");
        Path photos = Files.createDirectories(folder.resolve("imagenet-" + name).resolve(name));
        Files.copy(Shared.path("fixtures/preprocess/chelsea.png"), photos.resolve("chelsea.png"));
        JsonNode result = shufflenet("evaluate", "--model", weights, "--data", photos.getParent(), "--format", "json")
                .json();
        assertThat(result.get("top1").asDouble()).isEqualTo(100);
        assertThat(result.get("loss").asDouble()).isCloseTo(-Math.log(0.5495),
                org.assertj.core.data.Offset.offset(0.01));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "predict", "train", "evaluate", "calibrate", "import", "export", "summary",
        "guidelines", "reuse", "forward", "card", "lr-find", "runs compare", "weights", "weights list", "weights fetch",
        "weights path", "datasets generate", "datasets preview", "datasets audit"})
    void helpOfEveryCommandHasAnExample(String command) {
        String[] words = (command + " --help").split(" ");
        CommandRun help = shufflenet((Object[]) words);
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Example: shufflenet " + command);
    }

    @Test
    void onlyTheNamedCommandIsLoaded() {
        Map<String, CommandLine> all = Main.commandLine().getSubcommands();
        assertThat(all).hasSizeGreaterThan(15);
        all.forEach((name, command) -> {
            CommandLine alone = Main.commandLine(name, "--verbose");
            if (name.equals("help")) {
                assertThat(alone.getSubcommands().keySet()).isEqualTo(all.keySet());
            } else {
                assertThat(alone.getSubcommands().keySet()).containsExactly(name);
            }
            assertThat(alone.getSubcommands().get(name).getUsageMessage()).isEqualTo(command.getUsageMessage());
        });
        for (String other : new String[] {"--verbose", "prdict", "--help"}) {
            assertThat(Main.commandLine(other, "predict").getSubcommands().keySet()).isEqualTo(all.keySet());
        }
    }

    @Test
    void wrongUsageIsExplainedWithCodeTwo() {
        for (Object[] args : new Object[][] {{}, {"prdict"}, {"predict"}, {"predict", "--model", model},
            {"train", "--data", data, "--output", "x", "--epochs", "0"}, {"summary", "--format", "xml"},
            {"summary", "--variant", "x1_0", "--compare"}, {"summary", "--variant", "x9"},
            {"summary", "--network", "vgg"}, {"summary", "--compare", "resnet_50,vgg"}, {"guidelines"},
            {"reuse", "--output", "x"}, {"reuse", "--network", "vgg", "--output", "x"},
            {"reuse", "--network", "resnet_50"},
            {"predict", "--model", model, "--top", "0", "a.jpg"}, {"datasets"},
            {"datasets", "preview", "--data", data, "--output", "x", "--size", "8"},
            {"datasets", "preview", "--data", data, "--output", "x", "--augment", "mixup,jigger"},
            {"train", "--data", data, "--output", "x", "--set", "mixpu=0.2"}, {"train", "--data", data},
            {"train", "--data", data, "--output", "x", "--batch-size", "10", "--micro-batch-size", "3"},
            {"train", "--data", data, "--output", "x", "--checkpoint-minutes", "0"},
            {"train", "--data", data, "--output", "x", "--variant", "x9"}}) {
            CommandRun outcome = shufflenet(args);
            assertThat(outcome.code()).as(Arrays.toString(args)).isEqualTo(2);
            assertThat(outcome.err().strip()).startsWith("error: ").doesNotContain("\n");
        }
    }

    @Test
    void missingAndInvalidFilesAreNamed() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        Path text = Files.writeString(folder.resolve("text.pth"), "hello");
        Path image = data.resolve("val/star/0000.jpg");
        shufflenet("predict", "--model", nowhere, image).assertFailed(nowhere.toString());
        shufflenet("predict", "--model", text, image).assertFailed(text.toString());
        shufflenet("predict", "--model", model, nowhere).assertFailed(nowhere.toString());
        shufflenet("predict", "--model", folder, image).assertFailed(folder.toString());
        Path noImages = Files.createDirectory(folder.resolve("no-images"));
        shufflenet("predict", "--model", model, noImages).assertFailed(noImages + ": no images in it");
        shufflenet("evaluate", "--model", model, "--data", nowhere).assertFailed(nowhere.toString());
        shufflenet("train", "--data", nowhere, "--output", folder.resolve("y")).assertFailed(nowhere.toString());
        assertThat(folder.resolve("y")).doesNotExist();
        shufflenet("forward", "--model", model, "--input", text, "--output", folder.resolve("z"))
                .assertFailed(text.toString());
        shufflenet("import", "--from", nowhere, "--to", folder.resolve("z")).assertFailed(nowhere.toString());
        assertThat(folder.resolve("z")).doesNotExist();
        shufflenet("datasets", "generate", "--output", data).assertFailed(data.toString());
        Path empty = folder.resolve("empty");
        Files.createDirectories(empty.resolve("train/a"));
        shufflenet("train", "--data", empty, "--output", folder.resolve("y"))
                .assertFailed(empty.resolve("train") + ": no images in its class folders");
    }

    /** DL4J's own reader would deserialize the entry, and so run what it says. */
    @Test
    void aModelFileWithASerializedObjectIsRefusedByEveryCommand() throws IOException {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(new ArrayList<>(List.of("anything")));
        }
        Path hostile = ZipFiles.with(model, folder.resolve("hostile.zip"), "preprocessor.bin",
                serialized.toByteArray());
        Path output = folder.resolve("not-written");
        Path image = data.resolve("val/ring");
        Path array = folder.resolve("array.npy");
        NpyFile.write(array, new Tensor(new int[] {1, 3, 32, 32}, new float[3 * 32 * 32]));
        List<List<Object>> commands = List.of(
                List.of("predict", "--model", hostile, image.resolve(firstName(image))),
                List.of("evaluate", "--model", hostile, "--data", data.resolve("val")),
                List.of("export", "--model", hostile, "--to", output + ".pth"),
                List.of("import", "--from", hostile, "--to", output + ".zip"),
                List.of("card", "--model", hostile),
                List.of("summary", "--model", hostile),
                List.of("reuse", "--model", hostile, "--output", output),
                List.of("forward", "--model", hostile, "--input", array, "--output", output + ".npy"),
                List.of("features", "--model", hostile, "--data", data.resolve("val"), "--output", output + ".npy"),
                List.of("probe", "--weights", hostile, "--data", data, "--output", output + ".zip"),
                List.of("train", "--weights", hostile, "--data", data, "--output", output));
        for (List<Object> command : commands) {
            shufflenet(command.toArray()).assertFailed("hostile.zip", "'preprocessor.bin'");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("not-"));
        }
    }

    private static String firstName(Path images) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return files.findFirst().orElseThrow().getFileName().toString();
        }
    }

    @Test
    void verboseShowsTheStackTrace() {
        CommandRun outcome = shufflenet("predict", "--verbose", "--model", folder.resolve("nowhere"), "x.jpg");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("\tat ");
    }

    @Test
    void learningRatesAreFound() throws IOException {
        Path output = Files.createDirectory(folder.resolve("found")).resolve("rates.html");
        CommandRun found = shufflenet("lr-find", "--data", data, "--weights", model, "--image-size", 32, "--batch-size",
                10, "--steps", 20, "--from", "1e-3", "--output", output).assertSucceeded();
        assertThat(found.out()).containsPattern("learning.rate").contains("the recipe has 0.020", output.toString());
        assertThat(output).content().contains("Loss over the learning rate", "Starting weights");
        assertThat(Files.readAllLines(output.resolveSibling("rates.csv"))).hasSizeBetween(3, 21);
        try (Stream<Path> files = Files.list(output.getParent())) {
            assertThat(files).hasSize(2);
        }
        assertThat(shufflenet("lr-find", "--data", data, "--output", "x.png").err()).contains("must end in .html");
        assertThat(shufflenet("lr-find", "--output", output).err()).contains("Missing required option: '--data'");
        assertThat(shufflenet("lr-find", "--data", data, "--from", 1, "--to", 0.1).code()).isEqualTo(2);
    }

    @Test
    void runsAreCompared() throws IOException {
        Path other = folder.resolve("compared");
        train(other, "--weight-decay", "1e-3").assertSucceeded();
        Path output = folder.resolve("comparison.html");
        CommandRun compared = shufflenet("runs", "compare", run, other, "--output", output).assertSucceeded();
        assertThat(compared.out()).containsPattern("(?m)^run .* best top-1").containsPattern("(?m)^compared +2 ")
                .containsPattern("weightDecay +\\S+ +0.001").contains("curves in " + output);
        assertThat(output).content().contains("Training loss", "compared");
        shufflenet("runs", "compare", run, data, "--output", output)
                .assertFailed(data + ": is not the folder of a run");
        assertThat(shufflenet("runs", "compare", run).code()).isEqualTo(2);
        assertThat(shufflenet("runs").code()).isEqualTo(2);
    }

    /** Tests have no terminal, and lines are written as soon as there is something new. */
    @Test
    void withoutATerminalProgressIsShownInLines() throws IOException {
        CommandRun trained = train(folder.resolve("lines"), "--progress", 1e-9);
        assertThat(trained.assertSucceeded().err()).containsPattern("(?m)^epoch 2/2: 3 of 3 steps, .*, loss \\d")
                .containsPattern("(?m)^validation: 0 of 20 images$");
        Object[][] commands = {{"evaluate", "--model", model, "--data", data.resolve("train")},
            {"features", "--model", model, "--data", data.resolve("train"), "--output", folder.resolve("lines.npy")},
            {"probe", "--weights", model, "--data", data, "--output", folder.resolve("lines.zip")}};
        for (Object[] command : commands) {
            assertThat(shufflenet(command).assertSucceeded().err()).isEmpty();
            List<Object> loud = new ArrayList<>(List.of("--progress", "1e-9"));
            loud.addAll(List.of(command));
            assertThat(shufflenet(loud.toArray()).assertSucceeded().err()).as(command[0].toString()).containsPattern(
                    "(?m)^(evaluation|features): 32 of 50 images, \\d+\\.\\d images/s, \\d+\\.\\d s left$");
        }
        assertThat(shufflenet("evaluate", "--model", model, "--data", data, "--progress", "-1").err())
                .startsWith("error: --progress must be at least 0");
    }

    @Test
    void probesAreModelsForOtherCommands() throws IOException {
        Path probed = folder.resolve("probed.zip");
        CommandRun outcome = shufflenet("probe", "--data", data, "--weights", model, "--output", probed, "--flip");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("10 classes, 50 images", "validation: 20 images: top-1",
                "written to " + probed);
        assertThat(shufflenet("evaluate", "--model", probed, "--data", data.resolve("val")).out())
                .startsWith("20 images: top-1 ");
        assertThat(shufflenet("export", "--model", probed, "--to", folder.resolve("probed.onnx")).code()).isZero();
        assertThat(shufflenet("card", "--model", probed).out()).contains("linear probe");
        assertThat(ModelLoader.load(probed).metadata().provenance())
                .containsEntry("startingWeights", "model.zip").containsKey("validationTop1");
        shufflenet("probe", "--data", folder.resolve("none"), "--weights", model, "--output", probed)
                .assertFailed(folder.resolve("none").toString(), "no such folder");
    }

    @Test
    void featuresAreArrays() throws IOException {
        Path output = folder.resolve("features.npy");
        CommandRun outcome =
                shufflenet("features", "--model", model, "--data", data.resolve("val"), "--output", output);
        assertThat(outcome.out()).isEqualTo(output + ": [20, 512], rows named in " + folder.resolve("features.tsv")
                + System.lineSeparator());
        assertThat(NpyFile.read(output).shape()).containsExactly(20, 512);
        Path image = data.resolve("val/star/0000.jpg");
        outcome = shufflenet("features", "--model", model, "--stage", "stage2", "--output", output, image, image);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(NpyFile.read(output).shape()).containsExactly(2, 24, 4, 4);
        CommandRun neither = shufflenet("features", "--model", model, "--output", output);
        assertThat(neither.code()).isEqualTo(2);
        assertThat(neither.err()).contains("give either --data or images");
        CommandRun unknown = shufflenet("features", "--model", model, "--stage", "fc", "--output", output, image);
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("'fc'", "stage2, stage3, stage4, conv5");
    }

    @Test
    void frozenPartsKeepTheirWeightsAndNewHeadsDoNot() throws IOException {
        Path tuned = folder.resolve("frozen");
        CommandRun outcome = train(tuned, "--weights", model, "--freeze", "stage4", "--new-head",
                "--body-learning-rate", 0.5, "--set", "unfreeze=2:stage2", "--keep-checkpoints", 0);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("classifier of a linear probe");
        assertThat(Files.readString(tuned.resolve("recipe.yaml")))
                .contains("freeze: stage4", "unfreeze: 2:stage2", "newHead: true", "bodyLearningRate: 0.5");
        var before = ModelLoader.load(model).network().paramTable();
        var after = ModelLoader.load(tuned.resolve("last.zip")).network().paramTable();
        before.forEach((key, array) -> {
            boolean frozen = key.startsWith("conv1") || key.startsWith("stage2");
            if (frozen || key.endsWith("_W")) {
                assertThat(after.get(key).equals(array)).as(key).isEqualTo(frozen);
            }
        });
        train(folder.resolve("cold"), "--freeze", "stage2").assertFailed("random weights");
    }
}
