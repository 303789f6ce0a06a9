package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.util.List;
import java.util.UUID;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.loader.BrokenImages;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.training.TrainingEngine;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.evaluation.Tally;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;

/** Trains and validates by tasks of Spark's, one for each worker. */
final class SparkEngine implements TrainingEngine {

    private static final Logger LOG = LoggerFactory.getLogger(SparkEngine.class);

    private final Cluster cluster;
    private final Traffic traffic;
    private final TrainingTask task;
    private final ImageSource validation;
    private final int roundLength;
    private final Broadcast<Job> job;
    private final AveragingRounds rounds;

    /**
     * @param network     updated in place
     * @param workers     that share each update
     * @param roundLength updates from one averaging to the next
     */
    SparkEngine(JavaSparkContext spark, TrainingTask task, ImageSource validation, ComputationGraph network,
                int workers, int roundLength) {
        this.cluster = new Cluster(spark, workers);
        this.traffic = Traffic.of(spark.sc());
        this.task = task;
        this.validation = validation;
        this.roundLength = roundLength;
        this.job = cluster.offer(new Job(UUID.randomUUID().toString(), network.getConfiguration().toJson(),
                task.recipe().toYaml(), task.preprocessing(), task.seed(), task.images(), validation, workers));
        this.rounds = new AveragingRounds(cluster, job, network);
    }

    @Override
    public Updates updates(int epoch, int step) {
        return new EpochRounds(epoch, step);
    }

    @Override
    public EvaluationDetail evaluate(ComputationGraph subject, Runnable pause, List<BrokenImage> broken)
            throws IOException {
        pause.run();
        BrokenImages counted = new BrokenImages(validation.size(), task.recipe().get(RecipeKeys.MAX_BROKEN));
        Tally tally = new Tally(validation.classes());
        Broadcast<NetworkState> state = cluster.offer(NetworkState.withoutUpdater(subject));
        try {
            for (EvaluationShare.Result share : cluster.run(new EvaluationShare(job, state))) {
                tally.add(share.tally());
                counted.add(share.broken());
            }
        } finally {
            state.destroy();
        }
        broken.addAll(counted.list());
        return Evaluator.detail(tally, broken);
    }

    /** The rounds of an epoch. */
    private final class EpochRounds implements Updates {

        private final int epoch;
        private final int steps;
        private final BrokenImages broken =
                new BrokenImages(task.images().size(), task.recipe().get(RecipeKeys.MAX_BROKEN));
        private final Traffic.Sent before = traffic.sent();
        private final int first;
        private int step;

        EpochRounds(int epoch, int step) {
            this.epoch = epoch;
            this.steps = task.length().steps(epoch);
            this.first = step;
            this.step = step;
        }

        @Override
        public List<StepResult> next() throws IOException {
            // Rounds end where they would if the run had never been stopped.
            int end = Math.min(steps, (step / roundLength + 1) * roundLength);
            List<StepResult> results = rounds.compute(epoch, step, end, broken);
            step = end;
            if (step == steps) {
                reportTraffic();
            }
            return results;
        }

        private void reportTraffic() {
            Traffic.Sent sent = traffic.sent().since(before);
            if (sent.toDriver() > 0) {
                LOG.info("epoch {}: {}", epoch + 1, sent.perUpdate(steps - first));
            }
        }

        @Override
        public List<BrokenImage> broken() {
            return broken.list();
        }

        @Override
        public void close() {
            // Nothing is loaded ahead of a round.
        }
    }
}
