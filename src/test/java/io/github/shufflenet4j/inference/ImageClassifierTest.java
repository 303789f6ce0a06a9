package io.github.shufflenet4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.NoOp;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Extended;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.MobileNetV2;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.onnx.OnnxFile;

class ImageClassifierTest {

    private static final int CLASSES = 7;

    @TempDir
    static Path folder;
    private static TrainedModel model;
    private static Path modelFile;
    private static final List<Path> PHOTOS = new ArrayList<>();

    @BeforeAll
    static void write() throws IOException {
        model = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, CLASSES);
        modelFile = folder.resolve("model.zip");
        ModelFile.write(modelFile, model, false);
        for (int photo = 0; photo < 5; photo++) {
            BufferedImage image = new BufferedImage(90, 80, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < 80; y++) {
                for (int x = 0; x < 90; x++) {
                    image.setRGB(x, y, (x * 5 + photo * 40) << 16 | (y * 3) << 8 | (x * y >> photo) & 0xFF);
                }
            }
            Path file = folder.resolve("photo" + photo + ".png");
            ImageIO.write(image, "png", file.toFile());
            PHOTOS.add(file);
        }
    }

    @Test
    void answersAreTheGraphs() throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(modelFile)) {
            assertThat(classifier.toString()).contains("fused plan");
            for (Path photo : PHOTOS) {
                List<Prediction> ranked = classifier.classify(photo);
                ImageClassifier graph = graph(model);
                List<Prediction> expected = graph.classify(photo);
                assertThat(ranked).extracting(Prediction::index)
                        .containsExactlyElementsOf(expected.stream().map(Prediction::index).toList());
                for (int i = 0; i < CLASSES; i++) {
                    assertThat(ranked.get(i).probability())
                            .isCloseTo(expected.get(i).probability(), within(1e-5));
                    assertThat(ranked.get(i).label()).isEqualTo(expected.get(i).label());
                }
                assertThat(ranked.stream().mapToDouble(Prediction::probability).sum()).isCloseTo(1, within(1e-5));
            }
        }
    }

    /** Against softmax of the divided logits, by its definition. */
    @Test
    void calibratedProbabilitiesAreThoseOfTheDividedLogits() throws IOException {
        double temperature = 2.5;
        ImageClassifier calibrated = ImageClassifier.of(
                new TrainedModel(model.network(), model.metadata().withTemperature(temperature)));
        float[] input = model.metadata().preprocessing().apply(ImageDecoder.read(PHOTOS.get(0), false));
        float[] logits = new float[CLASSES];
        calibrated.logits(input, 1, logits);
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / temperature);
        }
        List<Prediction> ranked = calibrated.classify(PHOTOS.get(0));
        for (Prediction prediction : ranked) {
            assertThat(prediction.probability())
                    .isCloseTo(Math.exp(logits[prediction.index()] / temperature) / sum, within(1e-6));
        }
        List<Prediction> plain = ImageClassifier.load(modelFile).classify(PHOTOS.get(0));
        assertThat(calibrated.uncalibrated().classify(PHOTOS.get(0))).isEqualTo(plain);
        assertThat(ranked).extracting(Prediction::index)
                .isEqualTo(plain.stream().map(Prediction::index).toList());
        assertThat(ranked.get(0).probability()).isLessThan(plain.get(0).probability());
    }

    @Test
    void photosAreTurnedUprightUnlessTheirOrientationIsIgnored() throws IOException {
        byte[] jpeg = TestImages.encode(TestImages.pattern(90, 70), "jpg");
        Path turned = Files.write(folder.resolve("turned.jpg"), TestImages.tagged(jpeg, 6, ByteOrder.BIG_ENDIAN));
        ImageClassifier classifier = ImageClassifier.load(modelFile);
        RgbImage upright = ImageDecoder.read(turned);
        assertThat(upright.width()).isEqualTo(70);
        List<Prediction> expected = classifier.classify(upright);
        assertThat(classifier.classify(turned)).isEqualTo(expected);
        assertThat(classifier.classify(new ByteArrayInputStream(Files.readAllBytes(turned)))).isEqualTo(expected);
        assertThat(classifier.classify(List.of(turned))).containsExactly(expected);
        assertThat(classifier.ignoringExif().classify(turned)).isNotEqualTo(expected)
                .isEqualTo(classifier.classify(ImageDecoder.decode(jpeg, "x")))
                .isEqualTo(classifier.ignoringExif().classify(List.of(turned)).get(0));
        FeatureExtractor extractor = FeatureExtractor.load(modelFile);
        assertThat(extractor.pooled(turned)).isEqualTo(extractor.pooled(upright));
        assertThat(extractor.ignoringExif().pooled(turned))
                .isEqualTo(extractor.pooled(ImageDecoder.decode(jpeg, "x")));
    }

    /** The same network as a graph: what cannot be compiled runs that way. */
    private static ImageClassifier graph(TrainedModel model) {
        ComputationGraph changed = new TransferLearning.GraphBuilder(model.network())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new NoOp()).build())
                .removeVertexAndConnections(ShuffleNetV2.FC)
                .addLayer("dropout", new DropoutLayer.Builder(0.5).build(), ShuffleNetV2.POOL)
                .addLayer(ShuffleNetV2.FC, new OutputLayer.Builder().nIn(1024).nOut(CLASSES)
                        .activation(Activation.SOFTMAX).build(), "dropout")
                .setOutputs(ShuffleNetV2.FC)
                .build();
        changed.getLayer(ShuffleNetV2.FC).setParams(model.network().getLayer(ShuffleNetV2.FC).params());
        ImageClassifier classifier = ImageClassifier.of(new TrainedModel(changed, model.metadata()));
        assertThat(classifier.toString()).contains("graph");
        return classifier;
    }

    /** Whatever variant the metadata names: other networks are recognised, even those that have the same layers. */
    @Test
    void networksOfOtherFormsRunAsGraphs() throws IOException {
        for (Architecture network : List.of(MobileNetV2.X0_4, ShuffleNetV2Extended.STAR_X0_5)) {
            TrainedModel other = new TrainedModel(ZooNetwork.builder(network).numClasses(CLASSES)
                    .inputShape(3, 64, 64).build().init(), model.metadata());
            ImageClassifier classifier = ImageClassifier.of(other);
            assertThat(classifier.toString()).contains("graph");
            assertThat(classifier.classify(PHOTOS.get(0)).stream().mapToDouble(Prediction::probability).sum())
                    .isCloseTo(1, within(1e-5));
            assertThatThrownBy(() -> ModelWeights.of(other)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not the ShuffleNetV2 x0_5");
        }
    }

    @Test
    void everyWayToGiveAnImage() throws IOException {
        try (ImageClassifier classifier = ImageClassifier.of(model);
                ImageClassifier few = ImageClassifier.loadForFewImages(modelFile)) {
            List<List<Prediction>> together = classifier.classify(PHOTOS);
            for (int i = 0; i < PHOTOS.size(); i++) {
                List<Prediction> expected = classifier.classify(PHOTOS.get(i));
                assertThat(together.get(i)).isEqualTo(expected);
                assertThat(few.classify(PHOTOS.get(i))).isEqualTo(expected);
                assertThat(classifier.classify(ImageIO.read(PHOTOS.get(i).toFile()))).isEqualTo(expected);
                try (var stream = Files.newInputStream(PHOTOS.get(i))) {
                    assertThat(classifier.classify(stream)).isEqualTo(expected);
                }
            }
            assertThat(classifier.classify(List.<Path>of())).isEmpty();
        }
    }

    @Test
    void manyCallersGetTheSameAnswers() throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(modelFile)) {
            List<List<Prediction>> expected = classifier.classify(PHOTOS);
            ExecutorService callers = Executors.newFixedThreadPool(8);
            try {
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int caller = 0; caller < 8; caller++) {
                    int offset = caller;
                    tasks.add(() -> {
                        for (int i = 0; i < 40; i++) {
                            int photo = (i + offset) % PHOTOS.size();
                            assertThat(classifier.classify(PHOTOS.get(photo))).isEqualTo(expected.get(photo));
                        }
                        return null;
                    });
                }
                for (Future<Void> done : callers.invokeAll(tasks)) {
                    done.get();
                }
            } finally {
                callers.shutdownNow();
            }
        }
    }

    @Test
    void nothingIsAllocatedForAnImage() throws Exception {
        List<String> output = run(Allocations.class);
        // The hand-over to the other threads: a loop, a team, their counters.
        assertThat(Long.parseLong(output.get(output.size() - 1))).isLessThan(Allocations.FEW);
    }

    /** Prints how many bytes are allocated for an image, once everything is compiled. */
    static final class Allocations {

        static final long FEW = 1024;
        private static final int IMAGES = 500;
        private static final int ROUNDS = 100;

        public static void main(String[] arguments) throws IOException {
            try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]))) {
                float[] input = new float[3 * 64 * 64];
                float[] probabilities = new float[CLASSES];
                var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
                long least = Long.MAX_VALUE;
                for (int round = 0; round < ROUNDS && least >= FEW; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < IMAGES; i++) {
                        classifier.probabilities(input, 1, probabilities);
                    }
                    least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / IMAGES);
                }
                System.out.println(least);
            }
        }
    }

    @Test
    void predictsWithoutNd4j() throws Exception {
        List<String> output = run(Predict.class, "-Xlog:class+init=info");
        assertThat(output).anyMatch(line -> line.startsWith("classified as"))
                .noneMatch(line -> line.contains("org.nd4j.linalg.factory.Nd4j ")
                        || line.contains("org/nd4j/linalg/factory/Nd4j ")
                        || line.contains("'org/nd4j/linalg/factory/Nd4j'"));
    }

    @Test
    void onnxWithoutDl4jIsRefusedInOneLine() throws Exception {
        Path onnx = folder.resolve("model.onnx");
        OnnxFile.write(onnx, model);
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("nd4j") && !entry.contains("deeplearning4j"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> output = JavaProgram.run(List.of(), classPath, Predict.class, onnx.toString(), "none").output();
        assertThat(output).anyMatch(line -> line.contains(
                onnx + ": is an ONNX file, which needs ND4J and Deeplearning4j on the class path"));
    }

    /** Classifies a photo. */
    static final class Predict {
        public static void main(String[] arguments) throws IOException {
            try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]))) {
                System.out.println("classified as " + classifier.classify(Path.of(arguments[1])).get(0));
            }
        }
    }

    /** What a program says that gets the model and a photo. */
    private static List<String> run(Class<?> program, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector"));
        all.addAll(List.of(options));
        JavaProgram ended = JavaProgram.run(all, program, modelFile.toString(), PHOTOS.get(0).toString());
        assertThat(ended.exitCode())
                .as(ended.output().stream().filter(line -> !line.contains("[class")).toList().toString()).isZero();
        return ended.output();
    }

    @Test
    void faultsAreNamed() throws IOException {
        ImageClassifier classifier = ImageClassifier.load(modelFile);
        assertThatThrownBy(() -> classifier.classify(folder.resolve("missing.jpg"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> classifier.classify(List.of(PHOTOS.get(0), modelFile)))
                .isInstanceOf(IOException.class).hasMessageContaining("model.zip");
        assertThatThrownBy(() -> classifier.probabilities(new float[5], 1, new float[CLASSES]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("12288 floats");
        assertThatThrownBy(() -> classifier.withClassNames(List.of("one")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 names for 7 classes");
        classifier.close();
        assertThatThrownBy(() -> classifier.classify(PHOTOS.get(0))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aModelThatDivergedIsRefused() throws IOException {
        TrainedModel diverged = RandomModels.of(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, CLASSES);
        diverged.network().getLayer("stage3.1.branch2.pointwise1").paramTable().get("W").putScalar(3, Float.NaN);
        Path file = folder.resolve("diverged.zip");
        ModelFile.write(file, diverged, false);
        assertThatThrownBy(() -> ImageClassifier.load(file)).isInstanceOf(IOException.class)
                .hasMessageContaining("diverged.zip").hasMessageContaining("stage3.1.branch2.pointwise1");
    }

    @Test
    void torchvisionsAnswersOnRealPhotos() throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(
                Shared.path("weights/shufflenetv2_x0_5-imagenet-fp32-legacy.pth"))) {
            File[] inputs = Shared.path("fixtures/preprocess").toFile()
                    .listFiles((dir, name) -> name.endsWith(".input.npy"));
            assertThat(inputs).hasSize(3);
            for (File input : inputs) {
                float[] logits = new float[1000];
                classifier.logits(NpyFile.read(input.toPath()).data(), 1, logits);
                float[] expected = NpyFile.read(Path.of(input.getPath().replace(".input.", ".x0_5-logits."))).data();
                for (int i = 0; i < 1000; i++) {
                    assertThat(logits[i]).isCloseTo(expected[i], within(1e-4f));
                }
            }
        }
    }

    @Test
    void loadsWhatTheGraphLoads() throws IOException {
        assertThat(ModelLoader.loadWeights(modelFile)).hasValueSatisfying(weights -> {
            assertThat(weights.metadata()).isEqualTo(model.metadata());
            assertThat(weights.tensors().keySet()).hasSize(56 * 5 + 2);
        });
    }
}
