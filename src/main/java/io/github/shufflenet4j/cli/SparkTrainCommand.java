package io.github.shufflenet4j.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import io.github.shufflenet4j.distributed.Sharing;
import io.github.shufflenet4j.distributed.SparkEnvironment;
import io.github.shufflenet4j.distributed.SparkSettings;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.TrainingProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code spark-train}: {@code train} on a cluster. */
@Command(name = "spark-train", mixinStandardHelpOptions = true,
        description = {"Train as 'train' does, on Apache Spark: each batch is shared by workers, which update copies"
                + " of the network that are averaged every few updates, or share their gradients in every update."
                + " Order, augmentation, schedule, files and checkpoints are those of 'train'.",
            "DATA is a path, or an address of any file system that Hadoop knows, such as hdfs://host/flowers; all"
                + " executors must reach it. OUT is a folder of this machine.",
            "Ctrl-C and SIGTERM write a checkpoint of the last averaging or snapshot and end with exit code 0;"
                + " --resume OUT with the same --workers, --sharing and what goes with it goes on to the same network,"
                + " and 'train --resume OUT' goes on without Spark."},
        footer = {"", "Example: shufflenet spark-train --master spark://host:7077 --workers 4"
                + " --data hdfs://host/flowers --output runs/flowers --weights imagenet --variant x0_5"})
final class SparkTrainCommand implements Callable<Integer> {

    /** What workers share. */
    private enum Shared {
        AVERAGING, GRADIENTS
    }

    @Mixin
    private TrainingArguments arguments;

    @Option(names = "--master", paramLabel = "URL",
            description = "Spark's address of the cluster, such as spark://host:7077, yarn, or local[2] for this"
                    + " process. Default: the property spark.master.")
    private String master;

    @Option(names = "--sharing", paramLabel = "S", defaultValue = "averaging",
            description = "What workers share: averaging, their networks, every few updates; or gradients, the largest"
                    + " numbers of their gradients, in every update, which sends less. Default: ${DEFAULT-VALUE}.")
    private Shared sharing;

    @Option(names = "--averaging-frequency", paramLabel = "K",
            description = "Updates from one averaging to the next. With 1 the updates are those of the whole batch."
                    + " Default: " + Sharing.Averaging.DEFAULT_ROUND_LENGTH + ".")
    private Integer averagingFrequency;

    @Option(names = "--density", paramLabel = "D",
            description = "With --sharing gradients: share of the gradient of a large parameter array that is sent, the"
                    + " largest numbers; the rest is held back and added to the next gradient. In the first epochs it"
                    + " is at least 1/4, 1/16, 1/64 and so on. With 1 the updates are those of the whole batch."
                    + " Default: " + Sharing.Gradients.DEFAULT_DENSITY + ".")
    private Double density;

    @Option(names = "--snapshot-frequency", paramLabel = "K",
            description = "With --sharing gradients: updates from one copy of what is held back to the next, which"
                    + " checkpoints hold, and from which a worker begins anew whose executor died. Default: "
                    + Sharing.Gradients.DEFAULT_ROUND_LENGTH + ".")
    private Integer snapshotFrequency;

    @Option(names = "--conf", paramLabel = "KEY=VALUE",
            description = "A property of Spark's, such as spark.executor.memory=4g; may be given several times.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return arguments.run(this::train);
    }

    private TrainingOutcome train(TrainingProgress progress, BooleanSupplier stop) throws IOException {
        SparkSettings settings = settings();
        requireSpark();
        try (SparkEnvironment environment = new SparkEnvironment(settings)) {
            return arguments.train(new Trainer(progress, stop, environment),
                    new TrainingArguments.Place(environment, 1, settings::requireFit));
        }
    }

    private static void requireSpark() throws IOException {
        try {
            Class.forName("org.apache.spark.api.java.JavaSparkContext", false,
                    SparkTrainCommand.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("Apache Spark is not on the class path: run spark-train by the script shufflenet or"
                    + " by spark-submit, or add the jars that target/class-path-spark lists", e);
        }
    }

    private SparkSettings settings() {
        return Usage.checked(spec, () -> new SparkSettings(Optional.ofNullable(master), arguments.workers(), sharing(),
                properties));
    }

    private Sharing sharing() {
        if (sharing == Shared.AVERAGING) {
            refuse("--density", density);
            refuse("--snapshot-frequency", snapshotFrequency);
            return new Sharing.Averaging(
                    averagingFrequency == null ? Sharing.Averaging.DEFAULT_ROUND_LENGTH : averagingFrequency);
        }
        refuse("--averaging-frequency", averagingFrequency);
        return new Sharing.Gradients(density == null ? Sharing.Gradients.DEFAULT_DENSITY : density,
                snapshotFrequency == null ? Sharing.Gradients.DEFAULT_ROUND_LENGTH : snapshotFrequency);
    }

    private void refuse(String option, Object value) {
        if (value != null) {
            throw new IllegalArgumentException(option + " says nothing with --sharing "
                    + sharing.name().toLowerCase(Locale.ROOT) + ": leave it out");
        }
    }
}
