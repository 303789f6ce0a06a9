package io.github.shufflenet4j.distributed;

import java.io.Serializable;

import org.apache.spark.SparkEnv;

/**
 * An executor, as Spark knows it.
 *
 * @param host     that it runs on
 * @param executor its number
 */
record ExecutorPlace(String host, String executor) implements Serializable {

    /** That which the calling task runs in. */
    static ExecutorPlace here() {
        SparkEnv spark = SparkEnv.get();
        return new ExecutorPlace(spark.blockManager().blockManagerId().host(), spark.executorId());
    }

    /** What Spark calls the wish to run there. */
    String preference() {
        return "executor_" + host + "_" + executor;
    }
}
