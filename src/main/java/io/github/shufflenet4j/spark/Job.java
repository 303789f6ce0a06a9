package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.evaluation.Tally;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.LocalSteps;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.training.step.WorkerShare;
import io.github.shufflenet4j.updater.UpdatedGraph;

/**
 * The work of a run's workers, sent to the executors once. Results are functions of the arguments, so that Spark may
 * repeat a task anywhere. The driver checks the number of unreadable images.
 *
 * @param id            unique
 * @param configuration of the network, in JSON
 * @param recipe        in YAML
 */
record Job(String id, String configuration, String recipe, Preprocessing preprocessing, long seed, ImageSource train,
           ImageSource validation, int workers) implements Serializable {

    private static final double NO_LIMIT = 1;
    /** Networks of this executor that no task uses, since creating one takes long. */
    private static final Deque<ComputationGraph> IDLE = new ArrayDeque<>();
    /** Identifies the job that they belong to. */
    private static String owner = "";

    /** Result of a worker's share of a round; the state is null if the worker had no images. */
    record Training(NetworkState state, List<StepResult> steps, List<DamagedImage> damaged) implements Serializable {

        int images() {
            return steps.stream().mapToInt(StepResult::images).sum();
        }
    }

    /** Result of a worker's share of a validation. */
    record Validation(Tally tally, List<DamagedImage> damaged) implements Serializable {
    }

    /** Takes a worker's share of a round, the steps {@code from} to {@code to}, exclusive, of an epoch. */
    Training train(int worker, NetworkState start, int epoch, int from, int to) throws IOException {
        TrainingTask task = new TrainingTask(train,
                Recipe.parse(recipe, id).with(RecipeKeys.MAX_DAMAGED, NO_LIMIT), preprocessing, seed);
        WorkerShare share = WorkerShare.of(worker, workers, task.length().microBatches());
        if (share.size() == 0) {
            // A data set smaller than a batch has fewer micro-batches.
            return new Training(null, Collections.nCopies(to - from, StepResult.NONE), List.of());
        }
        ComputationGraph network = acquireNetwork(start);
        List<StepResult> results = new ArrayList<>();
        List<DamagedImage> damaged;
        try (LocalSteps steps = new LocalSteps(task, network, epoch, from, to, share, false, Workers.shared().size())) {
            while (results.size() < to - from) {
                results.addAll(steps.next());
            }
            damaged = List.copyOf(steps.damaged());
        }
        boolean trained = results.stream().anyMatch(result -> result.images() > 0);
        Training result = new Training(trained ? NetworkState.of(network) : null, results, damaged);
        releaseNetwork(network);
        return result;
    }

    /** Evaluates a network on a worker's share of the validation images. */
    Validation validate(int worker, NetworkState state) throws IOException {
        ComputationGraph network = acquireNetwork(state);
        WorkerShare share = WorkerShare.of(worker, workers, Evaluator.batches(validation));
        List<DamagedImage> damaged = new ArrayList<>();
        Evaluator evaluator = new Evaluator(preprocessing, Workers.shared().size(), NO_LIMIT);
        Tally tally = evaluator.tally(evaluator.classifier(network), validation,
                IntStream.range(share.from(), share.to()).toArray(), damaged);
        releaseNetwork(network);
        return new Validation(tally, damaged);
    }

    private ComputationGraph acquireNetwork(NetworkState state) {
        ComputationGraph network;
        synchronized (IDLE) {
            if (!owner.equals(id)) {
                IDLE.clear();
                owner = id;
            }
            network = IDLE.poll();
        }
        if (network == null) {
            network = UpdatedGraph.of(ComputationGraphConfiguration.fromJson(configuration));
        }
        state.copyTo(network);
        return network;
    }

    /** For other tasks; not after a failure. */
    private void releaseNetwork(ComputationGraph network) {
        synchronized (IDLE) {
            if (owner.equals(id)) {
                IDLE.push(network);
            }
        }
    }
}
