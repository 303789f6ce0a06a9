package io.github.shufflenet4j.spark;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.step.TrainingTask;

/**
 * Computes on a Spark cluster, on images in any of Hadoop's file systems. The run's files are written by this process,
 * the driver.
 */
public final class SparkBackend implements TrainingBackend, Closeable {

    private static final String MASTER = "spark.master";
    private static final String LOGGING = "logback.configurationFile";
    /** The last one with a security manager, which Spark's Hadoop needs. */
    private static final int MAX_JAVA = 23;

    private final SparkSettings settings;
    private final JavaSparkContext spark;

    /**
     * Connects to the cluster.
     *
     * @throws IOException          if it cannot be connected to, or none is named
     * @throws NoClassDefFoundError if Spark is not on the class path
     */
    public SparkBackend(SparkSettings settings) throws IOException {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.spark = connect(configuration(settings));
    }

    /** Spark's configuration: the user's properties, and defaults of this library. */
    private static SparkConf configuration(SparkSettings settings) throws IOException {
        SparkConf conf = new SparkConf();
        settings.properties().forEach(conf::set);
        settings.master().ifPresent(conf::setMaster);
        if (!conf.contains(MASTER)) {
            throw new IOException("no Spark master: name one, such as local[2] or spark://host:7077");
        }
        conf.setIfMissing("spark.app.name", "shufflenet4j");
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        if (conf.get(MASTER).startsWith("local")) {
            conf.setIfMissing("spark.driver.host", "127.0.0.1");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        // Compressing parameters takes longer than sending them.
        conf.setIfMissing("spark.broadcast.compress", "false");
        // Executors in other processes run like this one.
        conf.setIfMissing("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        conf.setIfMissing("spark.executor.extraJavaOptions", executorOptions(conf));
        conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", "1");
        return conf;
    }

    private static String executorOptions(SparkConf conf) {
        String options = "--add-modules jdk.incubator.vector -XX:+UseG1GC -XX:G1HeapRegionSize=1m"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0"
                + " -D" + Workers.THREADS_PROPERTY + "=" + conf.get("spark.task.cpus", "1");
        String logging = System.getProperty(LOGGING);
        return logging == null ? options : options + " -D" + LOGGING + "=" + logging;
    }

    private static JavaSparkContext connect(SparkConf conf) throws IOException {
        if (Runtime.version().feature() > MAX_JAVA) {
            throw new IOException("Apache Spark 3.5 does not run on Java "
                    + Runtime.version().feature() + ": use Java 17 or 21");
        }
        try {
            return new JavaSparkContext(conf);
        } catch (Exception e) { // Of whatever kind: Spark declares none.
            throw new IOException("cannot connect to Spark at " + conf.get(MASTER) + ": " + e.getMessage(), e);
        }
    }

    JavaSparkContext context() {
        return spark;
    }

    /** A folder of images by its path or its URI in Hadoop, such as {@code hdfs://host/images}. */
    @Override
    public Location data(String description) throws IOException {
        return HadoopLocation.of(description, spark.hadoopConfiguration());
    }

    /** @throws IllegalArgumentException if the settings do not fit the recipe */
    @Override
    public Session start(TrainingTask task, ImageSource validation, ComputationGraph network, TrainingOptions options) {
        settings.requireFit(task.recipe());
        return new SparkRun(spark, task, validation, network, settings.workers(), settings.roundLength());
    }

    /** Disconnects from the cluster. */
    @Override
    public void close() {
        spark.close();
    }
}
