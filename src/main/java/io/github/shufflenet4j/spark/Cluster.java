package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** Runs a task for each worker, wherever Spark has room for it. The results are in the order of the workers. */
final class Cluster {

    private final JavaSparkContext spark;
    private final int workers;

    Cluster(JavaSparkContext spark, int workers) {
        this.spark = spark;
        this.workers = workers;
    }

    /** Lays a value out for executors to fetch, which they do when they first ask for it. */
    <V> Broadcast<V> offer(V value) {
        return spark.broadcast(value);
    }

    <T> List<T> run(Function<Integer, T> task) throws IOException {
        try {
            return spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers).map(task).collect();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // Spark throws a checked one that it does not declare.
            throw explained(e);
        }
    }

    private static IOException explained(Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        // Where nothing is known but that a task failed, Spark's message goes on with a stack trace.
        String reason = root instanceof SparkException
                ? String.valueOf(root.getMessage()).lines().findFirst().orElse("") : root.toString();
        return new IOException("Spark gave a task up: " + reason, failure);
    }
}
