package io.github.shufflenet4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.apache.spark.SparkConf;
import org.apache.spark.Success$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BlockUpdatedInfo;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

import scala.Option;

/** What is counted of Spark's reports. */
@EnabledForJreRange(maxVersion = 23, disabledReason = "Spark 3.5 does not run on later Javas")
class TrafficTest {

    private static final BlockId BROADCAST = new BroadcastBlockId(7, "piece0");

    private static SparkListenerBlockUpdated block(String executor, BlockId block, StorageLevel level, long size) {
        return new SparkListenerBlockUpdated(new BlockUpdatedInfo(
                BlockManagerId.apply(executor, "host", 7000, Option.empty()), block, level, size, 0));
    }

    private static SparkListenerTaskEnd task(String executor, long resultSize) {
        TaskMetrics metrics = new TaskMetrics();
        metrics.setResultSize(resultSize);
        TaskInfo info = new TaskInfo(0, 0, 0, 0, 0, executor, "host", TaskLocality.ANY(), false);
        return new SparkListenerTaskEnd(0, 0, "ResultTask", Success$.MODULE$, info, new ExecutorMetrics(), metrics);
    }

    @Test
    void whatLeavesAProcessIsCounted() {
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setMaster("local[1]").setAppName("traffic")
                .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"))) {
            Traffic traffic = Traffic.of(spark.sc());
            spark.parallelize(List.of(1, 2), 2).collect();
            Traffic.Sent before = traffic.sent();
            assertThat(before).isEqualTo(new Traffic.Sent(0, 0));

            traffic.onBlockUpdated(block("1", BROADCAST, StorageLevel.MEMORY_ONLY_SER(), 3_000_000));
            traffic.onBlockUpdated(block("2", BROADCAST, StorageLevel.MEMORY_ONLY_SER(), 1_000_000));
            traffic.onTaskEnd(task("2", 500_000));
            // What the driver lays out or computes, what is dropped, and what is no broadcast.
            traffic.onBlockUpdated(block("driver", BROADCAST, StorageLevel.MEMORY_ONLY_SER(), 10));
            traffic.onBlockUpdated(block("1", BROADCAST, StorageLevel.NONE(), 10));
            traffic.onBlockUpdated(block("1", new RDDBlockId(1, 1), StorageLevel.MEMORY_ONLY(), 10));
            traffic.onTaskEnd(task("driver", 10));

            Traffic.Sent sent = traffic.sent().since(before);
            assertThat(sent).isEqualTo(new Traffic.Sent(500_000, 4_000_000));
            assertThat(sent.perStep(2))
                    .isEqualTo("sent 0.250 MB to the driver and 2.000 MB to the executors per step");
        }
    }
}
