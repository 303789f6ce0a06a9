package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import io.github.shufflenet4j.kernel.Workers;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.EpochMetrics;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train}: a network for one's own images. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = {"Train on DIR/train/<class>/* and validate on DIR/val/<class>/*.",
            "Writes OUT/metrics.csv, OUT/model.zip (the best epoch) and OUT/last.zip."},
        footer = {"", "With weights of another number of classes the classifier is replaced by a new one.", "",
            "Example: shufflenet train --data flowers --output runs/flowers"
                    + " --weights imagenet --variant x0_5 --epochs 8"})
final class TrainCommand implements Callable<Integer> {

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder with train and val.")
    private Path data;

    @Option(names = "--output", required = true, paramLabel = "OUT",
            description = "Folder for the run's files; made if missing; must not hold another run.")
    private Path output;

    @Option(names = "--variant", paramLabel = "V",
            description = "Width: x0_25, x0_33, x0_5, x1_0, x1_5 or x2_0. Default: that of the weights, else x1_0.")
    private String variant;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Weights to start from: " + ModelArgument.KINDS + " 'imagenet' alone is of the width that"
                    + " --variant says. Default: random weights.")
    private ModelArgument weights;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "30",
            description = "Passes over the training images. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--image-size", paramLabel = "S", defaultValue = "224",
            description = "Pixels of the square that the network sees. Default: ${DEFAULT-VALUE}.")
    private int imageSize;

    @Option(names = "--batch-size", paramLabel = "B", defaultValue = "32",
            description = "Images in a step. Default: ${DEFAULT-VALUE}.")
    private int batchSize;

    @Option(names = "--learning-rate", paramLabel = "R",
            description = "Peak learning rate. Default: 0.1 for batches of 32, in proportion for others, at most 0.5.")
    private Double learningRate;

    @Option(names = "--min-crop", paramLabel = "A", defaultValue = "0.08",
            description = "Smallest share of a training image that a random crop shows. Default: ${DEFAULT-VALUE}.")
    private double minCropArea;

    @Option(names = "--label-smoothing", paramLabel = "E", defaultValue = "0.1",
            description = "Share of the label spread over all classes. Default: ${DEFAULT-VALUE}.")
    private double labelSmoothing;

    @Option(names = "--weight-decay", paramLabel = "W", defaultValue = "4e-5",
            description = "L2 penalty on convolutions and classifier. Default: ${DEFAULT-VALUE}.")
    private double weightDecay;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1",
            description = "Of initial weights, order and augmentation: the same seed gives the same network."
                    + " Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Optional<ShuffleNetV2Variant> width = width();
        options(width, Optional.empty()); // before a download, so that a typing error costs none
        TrainingOptions options = options(width,
                weights == null ? Optional.empty() : Optional.of(weights.file(spec, width)));
        PrintWriter out = spec.commandLine().getOut();
        EpochMetrics best;
        try (ConsoleProgress progress = new ConsoleProgress(out, spec.commandLine().getErr())) {
            best = new Trainer(options, progress).run();
        }
        out.printf("best: %.2f %% top-1 in epoch %d, in %s%n", best.validation().top1(), best.epoch(),
                output.resolve(Trainer.MODEL_FILE));
        return 0;
    }

    private Optional<ShuffleNetV2Variant> width() {
        try {
            return Optional.ofNullable(variant).map(ShuffleNetV2Variant::of);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private TrainingOptions options(Optional<ShuffleNetV2Variant> width, Optional<Path> start) {
        try {
            return new TrainingOptions(data, output, width, start, epochs, imageSize, batchSize,
                    Optional.ofNullable(learningRate), minCropArea, labelSmoothing, weightDecay,
                    seed, Workers.shared().size());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
