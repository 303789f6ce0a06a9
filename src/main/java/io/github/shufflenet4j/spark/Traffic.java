package io.github.shufflenet4j.spark;

import java.util.Locale;
import java.util.concurrent.TimeoutException;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockUpdatedInfo;

/**
 * Traffic between the driver and executors in other processes, as Spark reports it: results of tasks, and blocks of
 * broadcasts, which executors get from the driver or from each other. Spark does not report the start of tasks, a few
 * kilobytes each.
 */
final class Traffic extends SparkListener {

    private static final long TIMEOUT_MILLIS = 5000;

    /** Bytes of tasks' results, and of broadcasts' blocks, the sum over all executors. */
    record Sent(long toDriver, long toExecutors) {

        private static final double MEGABYTE = 1e6;

        /** The difference from an earlier count. */
        Sent since(Sent earlier) {
            return new Sent(toDriver - earlier.toDriver, toExecutors - earlier.toExecutors);
        }

        /** The mean over a number of steps, in words. */
        String perStep(int steps) {
            return String.format(Locale.ROOT, "sent %.3f MB to the driver and %.3f MB to the executors per step",
                    toDriver / MEGABYTE / steps, toExecutors / MEGABYTE / steps);
        }
    }

    private final SparkContext spark;
    private long toDriver;
    private long toExecutors;

    private Traffic(SparkContext spark) {
        this.spark = spark;
    }

    /** Starts to count. */
    static Traffic of(SparkContext spark) {
        Traffic traffic = new Traffic(spark);
        spark.addSparkListener(traffic);
        return traffic;
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.taskMetrics() != null && !end.taskInfo().executorId().equals("driver")) {
            toDriver += end.taskMetrics().resultSize();
        }
    }

    @Override
    public synchronized void onBlockUpdated(SparkListenerBlockUpdated update) {
        BlockUpdatedInfo block = update.blockUpdatedInfo();
        if (block.blockId().isBroadcast() && !block.blockManagerId().isDriver() && block.storageLevel().isValid()) {
            toExecutors += block.memSize() + block.diskSize();
        }
    }

    /** The count so far. */
    Sent sent() {
        try {
            spark.listenerBus().waitUntilEmpty(TIMEOUT_MILLIS);
        } catch (TimeoutException e) {
            // What has not been reported yet counts later.
        }
        synchronized (this) {
            return new Sent(toDriver, toExecutors);
        }
    }
}
