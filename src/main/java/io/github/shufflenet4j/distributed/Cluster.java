package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Runs a task for each worker, wherever Spark has room for it. The results are in the order of the workers. */
final class Cluster {

    private final JavaSparkContext spark;
    private final int workers;

    Cluster(JavaSparkContext spark, int workers) {
        this.spark = spark;
        this.workers = workers;
    }

    int workers() {
        return workers;
    }

    /** Lays a value out for executors to fetch, which they do when they first ask for it. */
    <V> Broadcast<V> offer(V value) {
        return spark.broadcast(value);
    }

    <T> List<T> run(Function<Integer, T> task) throws IOException {
        return collected(spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers).map(task));
    }

    /** @param places where the workers are to run if there is room: one for each */
    <T> List<T> run(Function<Integer, T> task, List<ExecutorPlace> places) throws IOException {
        List<Tuple2<Integer, Seq<String>>> placed = IntStream.range(0, workers)
                .mapToObj(worker -> new Tuple2<>((Integer) worker, scala(List.of(places.get(worker).preference()))))
                .toList();
        ClassTag<Integer> type = ClassTag$.MODULE$.apply(Integer.class);
        return collected(JavaRDD.fromRDD(spark.sc().makeRDD(scala(placed), type), type).map(task));
    }

    private static <V> Seq<V> scala(List<V> values) {
        return JavaConverters.asScalaBuffer(values).toSeq();
    }

    private static <T> List<T> collected(JavaRDD<T> results) throws IOException {
        try {
            return results.collect();
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
