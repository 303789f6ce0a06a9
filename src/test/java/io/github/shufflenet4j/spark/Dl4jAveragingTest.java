package io.github.shufflenet4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.TrainingTask;

/** A round of averaging against dl4j-spark's, at a learning rate that does not change: there it cannot. */
@EnabledForJreRange(maxVersion = 23, disabledReason = "Spark 3.5 does not run on later Javas")
class Dl4jAveragingTest {

    private static final int SIZE = 32;
    private static final int SHARE = 6;
    private static final int WORKERS = 2;
    private static final long SEED = 3;
    private static final Preprocessing PREPROCESSING = Preprocessing.torchvision(36, SIZE);

    @TempDir
    private static Path folder;
    private static ImageSource images;
    private static JavaSparkContext spark;

    @BeforeAll
    static void connect() throws IOException {
        new RenderedDataset(40, 6, 1, 1).write(folder);
        images = ImageFolder.open(folder.resolve("train"));
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("averaging")
                .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    }

    @AfterAll
    static void leave() {
        spark.close();
    }

    private static ComputationGraph network() {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(10).inputShape(3, SIZE, SIZE)
                .updater(new Nesterovs(0.05, 0.9)).l2(4e-5).build().init();
    }

    /** Later steps amplify rounding: a value that it carries over the bend of a ReLU counts whole. */
    @ParameterizedTest
    @CsvSource({"1, 1e-6", "2, 2e-2"})
    void aRoundGivesTheNetworkOfDl4j(int steps, double tolerance) throws IOException {
        ComputationGraph ours = network();
        TrainingTask task = new TrainingTask(images, Recipe.plain().with("batchSize", "" + WORKERS * SHARE)
                .with("microBatchSize", "" + SHARE).with("imageSize", "" + SIZE), PREPROCESSING, SEED);
        SparkRun run = new SparkRun(spark, task, images, ours, WORKERS, steps);
        try (EpochSteps rounds = run.steps(0, 0)) {
            assertThat(rounds.next()).hasSize(steps).allMatch(step -> step.images() == WORKERS * SHARE);
        }

        ComputationGraph theirs = network();
        new SparkComputationGraph(spark, theirs, new ParameterAveragingTrainingMaster.Builder(WORKERS, SHARE)
                .batchSizePerWorker(SHARE).averagingFrequency(steps).workerPrefetchNumBatches(0).saveUpdater(true)
                .rddTrainingApproach(RDDTrainingApproach.Direct).repartionData(Repartition.Never).build())
                .fit(spark.parallelize(dataSets(steps), WORKERS));

        double way = ours.params().distance2(network().params());
        assertThat(ours.params().distance2(theirs.params())).isLessThan(tolerance * way);
        INDArray velocity = ours.getUpdater().getStateViewArray();
        assertThat(velocity.distance2(theirs.getUpdater().getStateViewArray()))
                .isLessThan(tolerance * velocity.norm2Number().doubleValue());
    }

    /** Each worker's batches one after the other. */
    private static List<DataSet> dataSets(int steps) throws IOException {
        List<DataSet> sets = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            int first = worker;
            int[] batches = IntStream.range(0, steps).map(step -> step * WORKERS + first).toArray();
            try (BatchLoader loader = BatchLoader.builder(images, TrainTransform.standard(SIZE, PREPROCESSING))
                    .shuffled(SEED, 0).batchSize(SHARE).only(batches).open()) {
                for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                    sets.add(new DataSet(Nd4j.createFromArray(batch.features()).reshape('c', SHARE, 3, SIZE, SIZE),
                            Nd4j.createFromArray(batch.targets(10)).reshape('c', SHARE, 10)));
                }
            }
        }
        return sets;
    }
}
