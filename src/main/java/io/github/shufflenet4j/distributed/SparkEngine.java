package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.data.BrokenImages;
import io.github.shufflenet4j.data.ImageSource;
import io.github.shufflenet4j.data.LocatedImages;
import io.github.shufflenet4j.recipe.RecipeKeys;
import io.github.shufflenet4j.training.EvaluationDetail;
import io.github.shufflenet4j.training.Evaluator;
import io.github.shufflenet4j.training.RunLength;
import io.github.shufflenet4j.training.StepResult;
import io.github.shufflenet4j.training.Tally;
import io.github.shufflenet4j.training.TrainingEngine;
import io.github.shufflenet4j.training.TrainingTask;

/**
 * Parameter averaging: in each round every worker starts from the same network, updates it some times by its own share
 * of each batch, and the networks are averaged, updaters' states included. With one update a round that is the update
 * by the whole batch, computed in parts, because the updaters are linear in the gradient.
 */
final class SparkEngine implements TrainingEngine {

    private final JavaSparkContext spark;
    private final TrainingTask task;
    private final ImageSource validation;
    private final ComputationGraph network;
    private final int workers;
    private final int averagingFrequency;
    private final Broadcast<Job> job;

    /**
     * @param network      updated in place
     * @param workers      that share each update
     * @param averagingFrequency updates of a round
     * @param reader       of the images' files, on the executors
     */
    SparkEngine(JavaSparkContext spark, TrainingTask task, ImageSource validation, ComputationGraph network,
                int workers, int averagingFrequency, LocatedImages.Reader reader) {
        this.spark = spark;
        this.task = task;
        this.validation = validation;
        this.network = network;
        this.workers = workers;
        this.averagingFrequency = averagingFrequency;
        this.job = spark.broadcast(new Job(UUID.randomUUID().toString(), network.getConfiguration().toJson(),
                task.recipe().toYaml(), task.preprocessing(), task.seed(), LocatedImages.of(task.images(), reader),
                LocatedImages.of(validation, reader), workers));
    }

    @Override
    public Updates updates(int epoch, int step) {
        return new Rounds(epoch, step);
    }

    @Override
    public EvaluationDetail evaluate(ComputationGraph subject, Runnable pause, List<BrokenImage> broken)
            throws IOException {
        pause.run();
        BrokenImages counted = new BrokenImages(validation.size(), task.recipe().get(RecipeKeys.MAX_BROKEN));
        Tally tally = new Tally(validation.classes());
        for (EvaluationShare.Result share
                : onAll(NetworkState.withoutUpdater(subject), state -> new EvaluationShare(job, state))) {
            tally.add(share.tally());
            counted.add(share.broken());
        }
        broken.addAll(counted.list());
        return Evaluator.detail(tally, broken);
    }

    /** Makes a worker's task for a network that has been sent to the executors. */
    private interface TaskMaker<T> {
        Function<Integer, T> task(Broadcast<NetworkState> state);
    }

    /** Runs a task for each worker; the results are in the order of the workers. */
    private <T> List<T> onAll(NetworkState state, TaskMaker<T> maker) throws IOException {
        Broadcast<NetworkState> sent = spark.broadcast(state);
        try {
            return spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers).map(maker.task(sent))
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
        // Where nothing is known but that a task failed, Spark's message goes on with a stack trace.
        String reason = root instanceof SparkException
                ? String.valueOf(root.getMessage()).lines().findFirst().orElse("") : root.toString();
        return new IOException("Spark gave a task up: " + reason, failure);
    }

    /** The rounds of an epoch. */
    private final class Rounds implements Updates {

        private final int epoch;
        private final int steps;
        private final BrokenImages broken =
                new BrokenImages(task.images().size(), task.recipe().get(RecipeKeys.MAX_BROKEN));
        private int step;

        Rounds(int epoch, int step) {
            RunLength length = task.length();
            this.epoch = epoch;
            this.steps = length.steps(epoch);
            this.step = step;
        }

        @Override
        public List<StepResult> next() throws IOException {
            // Rounds end where they would if the run had never been stopped.
            int end = Math.min(steps, (step / averagingFrequency + 1) * averagingFrequency);
            List<TrainingShare.Result> shares =
                    onAll(NetworkState.of(network), state -> new TrainingShare(job, state, epoch, step, end));
            for (TrainingShare.Result share : shares) {
                broken.add(share.broken());
            }
            List<TrainingShare.Result> updated = shares.stream().filter(share -> share.state() != null).toList();
            if (!updated.isEmpty()) {
                Average.of(updated.stream().map(TrainingShare.Result::state).toList(),
                        updated.stream().mapToDouble(TrainingShare.Result::images).toArray()).copyTo(network);
            }
            List<StepResult> results = IntStream.range(0, end - step)
                    .mapToObj(i -> shares.stream().map(share -> share.steps().get(i))
                            .reduce(StepResult.NONE, StepResult::plus)).toList();
            step = end;
            return results;
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
