package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.spark.SparkEnvironment;
import io.github.shufflenet4j.spark.SparkSettings;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingOutcome;
import io.github.shufflenet4j.training.TrainingProgress;

/** {@code spark-train}: {@code train} on a cluster. */
@Command(name = "spark-train", mixinStandardHelpOptions = true,
        description = {"Train as 'train' does, on Apache Spark: each batch is shared by workers, which update copies"
                + " of the network that are averaged every few updates. Order, augmentation, schedule, files"
                + " and checkpoints are those of 'train'.",
            "DATA is a path, or an address of any file system that Hadoop knows, such as hdfs://host/flowers; all"
                + " executors must reach it. OUT is a folder of this machine.",
            "Ctrl-C and SIGTERM write a checkpoint of the last averaging and end with exit code 0; --resume OUT"
                + " with the same --workers and --averaging-frequency goes on to the same network, and"
                + " 'train --resume OUT' goes on without Spark."},
        footer = {"", "Example: shufflenet spark-train --master spark://host:7077 --workers 4"
                + " --data hdfs://host/flowers --output runs/flowers --weights imagenet --variant x0_5"})
public final class SparkTrainCommand implements Callable<Integer> {

    @Mixin
    private TrainingArguments arguments;

    @Option(names = "--master", paramLabel = "URL",
            description = "Spark's address of the cluster, such as spark://host:7077, yarn, or local[2] for this"
                    + " process. Default: the property spark.master.")
    private String master;

    @Option(names = "--averaging-frequency", paramLabel = "K",
            defaultValue = "" + SparkSettings.DEFAULT_ROUND_LENGTH,
            description = "Updates from one averaging to the next. With 1 the updates are those of the whole batch."
                    + " Default: ${DEFAULT-VALUE}.")
    private int averagingFrequency;

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
        return ConsoleCommand.checked(spec, () -> new SparkSettings(Optional.ofNullable(master), arguments.workers(),
                averagingFrequency, properties));
    }
}
