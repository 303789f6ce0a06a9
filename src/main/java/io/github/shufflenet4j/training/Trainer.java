package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.data.Batch;
import io.github.shufflenet4j.data.BatchLoader;
import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.ImageFolder;
import io.github.shufflenet4j.data.ImageSource;
import io.github.shufflenet4j.data.Preprocessing;
import io.github.shufflenet4j.data.RandomHorizontalFlip;
import io.github.shufflenet4j.data.RandomResizedCrop;
import io.github.shufflenet4j.data.TrainTransform;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelFile;
import io.github.shufflenet4j.weights.ModelLoader;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * Trains a ShuffleNet V2 on an image folder, from random or from trained weights, and writes the run's files:
 * {@code metrics.csv}, {@code model.zip} (the best epoch's) and {@code last.zip} (with the updater's state).
 *
 * <p>SGD with Nesterov momentum 0.9, warm-up over the first epoch (at most a twentieth of the run), then a cosine to
 * zero; random resized crops, flips, label smoothing. The same options give the same network.
 */
public final class Trainer {

    /** The best epoch's model in the output folder. */
    public static final String MODEL_FILE = "model.zip";
    /** The last epoch's model in the output folder. */
    public static final String LAST_FILE = "last.zip";
    /** A line for each epoch in the output folder. */
    public static final String METRICS_FILE = "metrics.csv";

    private static final double MOMENTUM = 0.9;
    private static final int CHANNELS = 3;
    /** torchvision's evaluation: the shorter side to 256 pixels for a crop of 224. */
    private static final double RESIZE_BY_CROP = 256.0 / 224;
    /** torchvision's aspect ratios of random crops. */
    private static final double LEAST_RATIO = 3.0 / 4;
    private static final double GREATEST_RATIO = 4.0 / 3;
    private static final int SHORTEST_WARMUP_SHARE = 20;

    private final TrainingOptions options;
    private final TrainingProgress progress;

    /**
     * @param options  what to do
     * @param progress told how it goes
     */
    public Trainer(TrainingOptions options, TrainingProgress progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Trains.
     *
     * @return the metrics of the best epoch, whose network is in {@code model.zip}
     * @throws IOException if the data or the weights are unusable, the output folder holds another run, or the loss
     *                     is no number any more
     */
    public EpochMetrics run() throws IOException {
        ImageFolder train = ImageFolder.open(options.data().resolve("train"));
        ImageSource validation = Evaluator.labelled(options.data().resolve("val"), train.classes());
        if (train.classes().size() < 2) {
            throw new DataException(options.data() + ": has one class only, " + train.classes().get(0)
                    + "; a classifier needs two");
        }
        requireFreshOutput();
        // Batch norm wants full batches; a set smaller than one is a batch of its own.
        int batchSize = Math.min(options.batchSize(), train.size());
        int steps = train.size() / batchSize;
        int totalSteps = Math.multiplyExact(steps, options.epochs());
        WarmupCosineSchedule schedule = new WarmupCosineSchedule(options.effectiveLearningRate(),
                Math.min(steps, totalSteps / SHORTEST_WARMUP_SHARE), totalSteps);

        Start start = start(train.classes(), schedule);
        progress.started(new TrainingPlan(start.model().metadata().variant(), train.classes().size(), train.size(),
                validation.size(), options.epochs(), steps, options.effectiveLearningRate(), start.headReplaced()));
        return train(start.model(), train, validation, batchSize, schedule);
    }

    private EpochMetrics train(TrainedModel model, ImageSource images, ImageSource validation, int batchSize,
                               WarmupCosineSchedule schedule) throws IOException {
        Evaluator evaluator = new Evaluator(model.metadata().preprocessing(), options.threads());
        int steps = images.size() / batchSize;
        List<String> lines = new ArrayList<>(List.of(EpochMetrics.CSV_HEADER));
        EpochMetrics best = null;
        for (int epoch = 0; epoch < options.epochs(); epoch++) {
            progress.epochStarted(epoch + 1, steps);
            long begin = System.nanoTime();
            double loss = epoch(model, images, batchSize, epoch);
            double seconds = (System.nanoTime() - begin) / 1e9;
            model.network().incrementEpochCount();

            List<BrokenImage> broken = new ArrayList<>();
            EvaluationResult result = evaluator.evaluate(model.network(), validation, broken);
            reportSkipped(broken);
            EpochMetrics metrics = new EpochMetrics(epoch + 1, schedule.valueAt((epoch + 1) * steps - 1, epoch), loss,
                    result, (double) steps * batchSize / seconds);
            boolean isBest = best == null || result.isBetterThan(best.validation());
            best = isBest ? metrics : best;
            lines.add(metrics.csvLine());
            writeRun(model, metrics, isBest, lines);
            progress.epochDone(metrics, isBest);
        }
        return best;
    }

    /** One pass over the training images; the mean loss of its steps. */
    private double epoch(TrainedModel model, ImageSource images, int batchSize, int epoch) throws IOException {
        int size = options.imageSize();
        TrainTransform transform = new TrainTransform(size, List.of(
                new RandomResizedCrop(size, options.minCropArea(), 1, LEAST_RATIO, GREATEST_RATIO),
                new RandomHorizontalFlip(0.5)), model.metadata().preprocessing());
        double sum = 0;
        int steps = 0;
        try (BatchLoader loader = BatchLoader.builder(images, transform).shuffled(options.seed(), epoch)
                .batchSize(batchSize).dropLast(true).threads(options.threads()).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                model.network().fit(new DataSet(BatchArrays.features(batch, transform),
                        BatchArrays.targets(batch, images.classes().size())));
                double loss = model.network().score();
                if (!Double.isFinite(loss)) {
                    throw new DivergedException(epoch + 1, loss, options.effectiveLearningRate());
                }
                sum += loss;
                steps++;
                progress.stepDone(loss);
            }
            reportSkipped(loader.broken());
        }
        return sum / steps;
    }

    private void reportSkipped(List<BrokenImage> broken) {
        if (!broken.isEmpty()) {
            progress.imagesSkipped(broken);
        }
    }

    /** The network to train, and whether the weights' own classifier had to go. */
    private record Start(TrainedModel model, boolean headReplaced) {
    }

    private Start start(List<String> classNames, WarmupCosineSchedule schedule) throws IOException {
        if (options.weights().isEmpty()) {
            ShuffleNetV2Variant variant = options.variant().orElse(ShuffleNetV2Variant.X1_0);
            return new Start(model(variant, BlockLayout.TORCHVISION, classNames, schedule,
                    Preprocessing.torchvision(resize(), options.imageSize()), true, "random"), false);
        }
        Path file = options.weights().get();
        TrainedModel source = ModelLoader.load(file);
        ModelMetadata metadata = source.metadata();
        if (options.variant().isPresent() && options.variant().get() != metadata.variant()) {
            throw new IOException(file + ": holds weights of " + metadata.variant().label() + ", not of "
                    + options.variant().get().label() + "; leave --variant out or choose other weights");
        }
        if (metadata.inputChannels() != CHANNELS) {
            throw new IOException(file + ": is for images of " + metadata.inputChannels()
                    + " channels, but image folders give " + CHANNELS);
        }
        TrainedModel target = model(metadata.variant(), metadata.blockLayout(), classNames, schedule,
                resized(metadata.preprocessing()), source.hasClassifierBias(), file.getFileName().toString());
        boolean keepHead = metadata.classNames().size() == classNames.size();
        for (Layer layer : source.network().getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (layer.numParams() > 0 && (keepHead || !name.equals(ShuffleNetV2.FC))) {
                target.network().getLayer(name).setParams(layer.params());
            }
        }
        return new Start(target, !keepHead);
    }

    private TrainedModel model(ShuffleNetV2Variant variant, BlockLayout layout, List<String> classNames,
                               WarmupCosineSchedule schedule, Preprocessing preprocessing, boolean classifierBias,
                               String startingWeights) {
        ComputationGraph network = ShuffleNetV2.builder()
                .variant(variant)
                .blockLayout(layout)
                .numClasses(classNames.size())
                .classifierBias(classifierBias)
                .inputShape(CHANNELS, options.imageSize(), options.imageSize())
                .seed(options.seed())
                .updater(new Nesterovs(schedule, MOMENTUM))
                .l2(options.weightDecay())
                .lossFunction(new LossSmoothedMCXENT(options.labelSmoothing()))
                .build().init();
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("data", String.valueOf(options.data().toAbsolutePath().normalize().getFileName()));
        provenance.put("startingWeights", startingWeights);
        provenance.put("schedule", schedule.toString());
        provenance.put("batchSize", Integer.toString(options.batchSize()));
        provenance.put("labelSmoothing", Double.toString(options.labelSmoothing()));
        provenance.put("weightDecay", Double.toString(options.weightDecay()));
        provenance.put("seed", Long.toString(options.seed()));
        return new TrainedModel(network,
                new ModelMetadata(variant, layout, CHANNELS, classNames, preprocessing, provenance));
    }

    private Preprocessing resized(Preprocessing source) {
        return new Preprocessing(resize(), options.imageSize(), source.channelOrder(), source.scale(), source.mean(),
                source.std());
    }

    private int resize() {
        return (int) Math.round(options.imageSize() * RESIZE_BY_CROP);
    }

    private void requireFreshOutput() throws IOException {
        Files.createDirectories(options.output());
        for (String name : List.of(MODEL_FILE, LAST_FILE, METRICS_FILE)) {
            if (Files.exists(options.output().resolve(name))) {
                throw new IOException(options.output() + ": already holds a run (" + name
                        + "); choose another output folder or remove it");
            }
        }
    }

    private void writeRun(TrainedModel model, EpochMetrics metrics, boolean best, List<String> lines)
            throws IOException {
        Map<String, String> provenance = new TreeMap<>(model.metadata().provenance());
        provenance.put("epoch", metrics.epoch() + " of " + options.epochs());
        provenance.put("validationTop1", String.format(Locale.ROOT, "%.3f", metrics.validation().top1()));
        TrainedModel described = new TrainedModel(model.network(), model.metadata().withProvenance(provenance));
        if (best) {
            ModelFile.write(options.output().resolve(MODEL_FILE), described, false);
        }
        ModelFile.write(options.output().resolve(LAST_FILE), described, true);
        byte[] csv = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(options.output().resolve(METRICS_FILE), output -> output.write(csv));
    }
}
