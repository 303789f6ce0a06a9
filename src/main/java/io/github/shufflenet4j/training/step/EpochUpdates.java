package io.github.shufflenet4j.training.step;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * Updates of a network by the images of an epoch, or by those that one of several workers computes. What they make of
 * the network is a function of the arguments and of its parameters, updater state and counters.
 */
public final class EpochUpdates implements Closeable {

    private final TrainingTask task;
    private final ComputationGraph network;
    private final Update update;
    private final PartRange parts;
    private final BatchLoader loader;
    private int step;
    private boolean begun;
    private Batch next;

    /**
     * Starts to load.
     *
     * @param network updated in place, and frozen as far as the recipe says for the epoch
     * @param epoch   of the images, from 0
     * @param step    the first update, from 0
     * @param end     of the updates
     * @param parts   which micro-batches of each update, at least one
     * @param threads that decode images, at least 1
     */
    public EpochUpdates(TrainingTask task, ComputationGraph network, int epoch, int step, int end, PartRange parts,
                        int threads) {
        this(task, network, epoch, step, end, parts, false, threads);
    }

    /** The updates that an epoch has left, whose parts are computed at once or one after another. */
    public static EpochUpdates whole(TrainingTask task, ComputationGraph network, int epoch, int step,
                                     boolean partsAtOnce, int threads) {
        RunLength length = task.length();
        return new EpochUpdates(task, network, epoch, step, length.steps(epoch), PartRange.all(length.microBatches()),
                partsAtOnce, threads);
    }

    private EpochUpdates(TrainingTask task, ComputationGraph network, int epoch, int step, int end, PartRange parts,
                         boolean partsAtOnce, int threads) {
        Optional<NetworkPart> frozen = task.recipe().frozenIn(epoch + 1);
        Freezing.apply(network, frozen);
        this.task = task;
        this.network = network;
        this.update = Update.of(network, frozen, parts.size(), partsAtOnce);
        this.parts = parts;
        this.step = step;
        this.loader = task.trainingBatches(epoch).only(parts.batches(step, end)).threads(threads).open();
    }

    /** The next update; there is none if all of its images are broken. */
    public StepResult next() throws IOException {
        if (!begun) {
            begun = true;
            next = loader.next();
        }
        while (next != null && next.index() / parts.parts() == step) {
            task.seedDropout(network.getConfiguration().getIterationCount(), next.index() % parts.parts());
            update.add(task.features(next), task.targets(next));
            loader.recycle(next);
            next = loader.next();
        }
        step++;
        return update.isBegun() ? update.apply() : StepResult.NONE;
    }

    /** The images skipped so far. */
    public List<BrokenImage> broken() {
        return loader.broken();
    }

    @Override
    public void close() {
        loader.close();
        update.close();
    }
}
