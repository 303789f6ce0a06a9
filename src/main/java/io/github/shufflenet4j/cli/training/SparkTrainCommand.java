package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.spark.SparkBackend;
import io.github.shufflenet4j.spark.SparkSettings;

/** {@code spark-train}: {@code train} on a cluster. */
@Command(name = "spark-train", mixinStandardHelpOptions = true,
        description = {"Train on Apache Spark as 'train' does: workers share each batch and train copies of the"
                + " network, which are averaged every few steps. Order, augmentation, schedule, files and checkpoints"
                + " are those of 'train'.",
            "DIR is a path, or a URI in any file system of Hadoop, such as hdfs://host/flowers, that all executors"
                + " can read. OUT is a folder of this machine.",
            "Ctrl-C and SIGTERM write a checkpoint of the last averaging and exit with code 0; --resume OUT with the"
                + " same --workers and --averaging-frequency leads to the same network, and 'train --resume OUT'"
                + " continues without Spark."},
        footer = {"", "Example: shufflenet spark-train --master spark://host:7077 --workers 4"
                + " --data hdfs://host/flowers --output runs/flowers --weights imagenet --variant x0_5"})
public final class SparkTrainCommand extends ConsoleCommand {

    @Mixin
    private TrainingArguments arguments;

    @Option(names = "--master", paramLabel = "URL",
            description = "URL of the cluster, such as spark://host:7077, yarn, or local[2] for this process."
                    + " Default: the property spark.master.")
    private String master;

    @Option(names = "--averaging-frequency", paramLabel = "K",
            defaultValue = "" + SparkSettings.DEFAULT_ROUND_LENGTH,
            description = "Steps from one averaging to the next; with 1 they are those of the whole batch."
                    + " Default: ${DEFAULT-VALUE}.")
    private int averagingFrequency;

    @Option(names = "--conf", paramLabel = "KEY=VALUE",
            description = "A property of Spark, such as spark.executor.memory=4g; may be repeated.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        arguments.check();
        SparkSettings settings = checked(() -> new SparkSettings(Optional.ofNullable(master),
                arguments.workers(), averagingFrequency, properties));
        requireSpark();
        try (SparkBackend backend = new SparkBackend(settings)) {
            return arguments.train(backend, 1, settings::requireFit, List.of());
        }
    }

    private static void requireSpark() throws IOException {
        try {
            Class.forName("org.apache.spark.api.java.JavaSparkContext", false,
                    SparkTrainCommand.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IOException("Apache Spark is not on the class path: run spark-train with the script shufflenet of"
                    + " a checkout or spark-submit, or add the jars that target/class-path-spark lists", e);
        }
    }
}
