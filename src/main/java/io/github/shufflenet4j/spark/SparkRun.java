package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.loader.DamagedImages;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Tally;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;

/**
 * Parameter averaging on Spark. In each round every worker starts from the same network and takes some steps on its own
 * share of each batch; then the networks and updater states are averaged. With one step a round that is the step of the
 * whole batch in micro-batches, because the updaters are linear in the gradient.
 */
final class SparkRun implements TrainingBackend.Session {

    private static final Logger LOG = LoggerFactory.getLogger(SparkRun.class);

    private final JavaSparkContext spark;
    private final TrainingTask task;
    private final ImageSource validation;
    private final ComputationGraph network;
    private final int workers;
    private final int roundLength;
    private final Traffic traffic;
    private final Broadcast<Job> job;

    /** @param network trained in place */
    SparkRun(JavaSparkContext spark, TrainingTask task, ImageSource validation, ComputationGraph network, int workers,
             int roundLength) {
        this.spark = spark;
        this.task = task;
        this.validation = validation;
        this.network = network;
        this.workers = workers;
        this.roundLength = roundLength;
        this.traffic = Traffic.of(spark.sc());
        this.job = spark.broadcast(new Job(UUID.randomUUID().toString(), network.getConfiguration().toJson(),
                task.recipe().toYaml(), task.preprocessing(), task.seed(), task.images(), validation, workers));
    }

    @Override
    public EpochSteps steps(int epoch, int step) {
        return new Rounds(epoch, step);
    }

    @Override
    public EvaluationDetail evaluate(ComputationGraph subject, IntConsumer pause, List<DamagedImage> damaged)
            throws IOException {
        pause.accept(0);
        DamagedImages counted = new DamagedImages(validation.size(), task.recipe().get(RecipeKeys.MAX_DAMAGED));
        Tally tally = new Tally(validation.classes());
        Broadcast<Job> sent = job; // the tasks do not take this object with them
        for (Job.Validation share : run(NetworkState.of(subject).withoutUpdater(),
                state -> worker -> sent.value().validate(worker, state.value()))) {
            tally.add(share.tally());
            counted.add(share.damaged());
        }
        damaged.addAll(counted.list());
        return tally.detail(damaged);
    }

    /** Runs a task for each worker on a network, and returns the results in the order of the workers. */
    private <T> List<T> run(NetworkState state,
                            java.util.function.Function<Broadcast<NetworkState>, Function<Integer, T>> share)
            throws IOException {
        Broadcast<NetworkState> sent = spark.broadcast(state);
        try {
            return spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers).map(share.apply(sent))
                    .collect();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // Spark throws a checked one that it does not declare.
            throw explained(e);
        } finally {
            sent.destroy();
        }
    }

    private static IOException explained(Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        // If nothing is known but that a task failed, a stack trace follows in Spark's message.
        String reason = root instanceof SparkException
                ? String.valueOf(root.getMessage()).lines().findFirst().orElse("") : root.toString();
        return new IOException("Spark gave a task up: " + reason, failure);
    }

    /** The rounds of an epoch. */
    private final class Rounds implements EpochSteps {

        private final int epoch;
        private final int first;
        private final int steps;
        private final DamagedImages damaged =
                new DamagedImages(task.images().size(), task.recipe().get(RecipeKeys.MAX_DAMAGED));
        private final Traffic.Sent before = traffic.sent();
        private int step;

        Rounds(int epoch, int first) {
            this.epoch = epoch;
            this.first = first;
            this.steps = task.length().steps(epoch);
            this.step = first;
        }

        @Override
        public List<StepResult> next() throws IOException {
            int from = step;
            // Rounds end where they would in a run that was never stopped.
            int to = Math.min(steps, (from / roundLength + 1) * roundLength);
            int ofEpoch = epoch;
            Broadcast<Job> sent = job;
            List<Job.Training> shares = run(NetworkState.of(network),
                    start -> worker -> sent.value().train(worker, start.value(), ofEpoch, from, to));
            for (Job.Training share : shares) {
                damaged.add(share.damaged());
            }
            List<Job.Training> trained = shares.stream().filter(share -> share.state() != null).toList();
            if (!trained.isEmpty()) {
                NetworkState.mean(trained.stream().map(Job.Training::state).toList(),
                        trained.stream().mapToDouble(Job.Training::images).toArray()).copyTo(network);
            }
            step = to;
            if (step == steps) {
                reportTraffic();
            }
            return IntStream.range(0, to - from).mapToObj(i -> shares.stream().map(share -> share.steps().get(i))
                    .reduce(StepResult.NONE, StepResult::plus)).toList();
        }

        private void reportTraffic() {
            Traffic.Sent sent = traffic.sent().since(before);
            if (sent.toDriver() > 0) {
                LOG.info("epoch {}: {}", epoch + 1, sent.perStep(steps - first));
            }
        }

        @Override
        public List<DamagedImage> damaged() {
            return damaged.list();
        }

        @Override
        public void close() {
            // Nothing is loaded ahead of a round.
        }
    }
}
