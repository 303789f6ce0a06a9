package io.github.shufflenet4j.spark;

import java.util.Locale;
import java.util.concurrent.TimeoutException;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockUpdatedInfo;

/**
 * Counts what Spark reports to have gone between the driver and executors in other processes: results of tasks, and
 * blocks of broadcasts, which executors get from the driver or from each other. Orders to start tasks, a few kilobytes
 * each, are not reported.
 */
final class Traffic extends SparkListener {

    private static final long PATIENCE_MILLIS = 5000;

    /**
     * Bytes.
     *
     * @param toDriver    results of tasks
     * @param toExecutors what broadcasts brought all of them together
     */
    record Sent(long toDriver, long toExecutors) {

        private static final double MEGABYTE = 1e6;

        /** What was sent since an earlier count. */
        Sent since(Sent earlier) {
            return new Sent(toDriver - earlier.toDriver, toExecutors - earlier.toExecutors);
        }

        /** In words, as that of one of so many updates. */
        String perUpdate(int updates) {
            return String.format(Locale.ROOT, "sent %.3f MB to the driver and %.3f MB to the executors per update",
                    toDriver / MEGABYTE / updates, toExecutors / MEGABYTE / updates);
        }
    }

    private final SparkContext spark;
    private long toDriver;
    private long toExecutors;

    private Traffic(SparkContext spark) {
        this.spark = spark;
    }

    /** Begins to count. */
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

    /** All so far. */
    Sent sent() {
        try {
            spark.listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
        } catch (TimeoutException e) {
            // Then what has not been reported yet counts later.
        }
        synchronized (this) {
            return new Sent(toDriver, toExecutors);
        }
    }
}
