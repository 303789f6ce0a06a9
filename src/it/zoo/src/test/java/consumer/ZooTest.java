package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import javax.imageio.ImageIO;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.zoo.ZooModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.ShardWriter;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/** The network as a DL4J zoo model: transfer learning, and training on tar shards. */
class ZooTest {

    private static final int SIDE = 64;
    private static final Preprocessing PREPROCESSING = Preprocessing.torchvision(SIDE);

    private final Path models = Path.of(System.getProperty("models"));
    private final Random random = new Random(1);

    @Test
    void aZooModelIsFineTunedOnTarShardsAndExported(@TempDir Path folder) throws Exception {
        for (String name : List.of("blue", "red")) {
            Path images = Files.createDirectories(folder.resolve("photos").resolve(name));
            for (int i = 0; i < 6; i++) {
                write(images.resolve(i + ".png"), name.equals("red") ? 16 : 0);
            }
        }
        Path shards = folder.resolve("shards");
        new ShardWriter(4).write(shards, Map.of("train", ImageFolder.open(folder.resolve("photos"))));
        ImageSource images = ImageSource.open(shards, "train");
        assertEquals(List.of("blue", "red"), images.classes());

        ComputationGraph network = fineTuned();
        double before = train(network, images, 0);
        double after = before;
        for (int epoch = 1; epoch < 40; epoch++) {
            after = train(network, images, epoch);
        }
        assertTrue(after < before / 2, before + " to " + after);
        TrainedModel model = new TrainedModel(network, new ModelMetadata(ShuffleNetV2Variant.X0_25,
                BlockLayout.TORCHVISION, 3, images.classes(), PREPROCESSING, Map.of("source", "zoo")));
        Files.createDirectories(models);
        for (ExportFormat format : ExportFormat.values()) {
            format.write(models.resolve("model" + format), model);
        }
        writeExpected();
    }

    private static ComputationGraph fineTuned() {
        ZooModel<ComputationGraph> zoo = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(10)
                .inputShape(3, SIDE, SIDE).seed(1).build();
        return new TransferLearning.GraphBuilder(zoo.init())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(1)
                        .updater(new Nesterovs(0.005, 0.9)).build())
                .nOutReplace(ShuffleNetV2.FC, 2, WeightInit.XAVIER)
                .build();
    }

    /** Trains for an epoch of one batch, and gives its loss. */
    private static double train(ComputationGraph network, ImageSource images, int epoch) throws IOException {
        try (BatchLoader loader = BatchLoader.builder(images, PREPROCESSING).batchSize(12).shuffled(1, epoch).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                network.fit(new DataSet(
                        Nd4j.create(batch.features(), new long[] {batch.size(), 3, SIDE, SIDE}, 'c'),
                        Nd4j.create(batch.targets(2), new long[] {batch.size(), 2}, 'c')));
            }
        }
        return network.score();
    }

    /** What other programs must find in these images, as DL4J's graph does. */
    private void writeExpected() throws IOException {
        try (ImageClassifier graph = ImageClassifier.loadAsGraph(models.resolve("model.zip"))) {
            for (String name : List.of("red.png", "blue.jpg")) {
                Path image = models.resolve(name);
                write(image, name.startsWith("red") ? 16 : 0);
                Prediction first = graph.classify(image).get(0);
                Files.writeString(models.resolve(name + ".txt"), first.label() + " " + first.probability());
            }
        }
    }

    /** Of one colour and some noise. */
    private void write(Path file, int shift) throws IOException {
        BufferedImage image = new BufferedImage(80, 72, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, 180 + random.nextInt(60) << shift | random.nextInt(40) << 8);
            }
        }
        String format = file.toString().endsWith("jpg") ? "jpg" : "png";
        ImageIO.write(image, format, file.toFile());
    }

    /** What only the command line needs does not come with the library. */
    @Test
    void theCommandLinesLibrariesAreNotHere() {
        for (String name : List.of("picocli.CommandLine", "me.tongfei.progressbar.ProgressBar",
                "org.jline.terminal.Terminal", "ch.qos.logback.classic.Logger")) {
            assertThrows(ClassNotFoundException.class, () -> Class.forName(name), name);
        }
    }
}
