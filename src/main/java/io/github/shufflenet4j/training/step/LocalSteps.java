package io.github.shufflenet4j.training.step;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * Steps computed in this process, on the whole of each batch or on a worker's share. The network they lead to is a
 * function of the arguments and of its parameters, updater state and counters.
 */
public final class LocalSteps implements EpochSteps {

    private final TrainingTask task;
    private final ComputationGraph network;
    private final Step step;
    private final WorkerShare share;
    private final BatchLoader loader;
    private final float[] classWeights;
    private int number;
    private boolean begun;
    private Batch next;

    /**
     * Starts to load images.
     *
     * @param network  trained in place, and frozen as the recipe says for the epoch
     * @param epoch    from 0
     * @param from     first step, from 0
     * @param to       last step, exclusive
     * @param share    the micro-batches of each step, at least one
     * @param parallel whether the micro-batches of a step are computed at once, each by a replica of the network
     * @param threads  that decode images, at least 1
     */
    public LocalSteps(TrainingTask task, ComputationGraph network, int epoch, int from, int to, WorkerShare share,
                      boolean parallel, int threads) {
        Optional<NetworkPart> frozen = task.recipe().frozenIn(epoch + 1);
        Freezing.apply(network, frozen);
        this.task = task;
        this.network = network;
        this.step = parallel && share.size() > 1 ? new ParallelStep(network, frozen, share.size())
                : new TrainingStep(network, share.size(), task.recipe().find(RecipeKeys.CLIP_GRADIENT_NORM));
        this.share = share;
        this.number = from;
        this.loader = task.trainingBatches(epoch).only(share.batches(from, to)).threads(threads).open();
        this.classWeights = task.classWeights();
    }

    @Override
    public List<StepResult> next() throws IOException {
        if (!begun) {
            begun = true;
            next = loader.next();
        }
        boolean empty = true;
        while (next != null && next.index() / share.total() == number) {
            task.seedDropout(network.getConfiguration().getIterationCount(), next.index() % share.total());
            step.add(task.features(next), task.targets(next, classWeights));
            empty = false;
            loader.recycle(next);
            next = loader.next();
        }
        number++;
        return List.of(empty ? StepResult.NONE : step.apply());
    }

    @Override
    public List<DamagedImage> damaged() {
        return loader.damaged();
    }

    @Override
    public void close() {
        loader.close();
        step.close();
    }
}
