package io.github.shufflenet4j.training;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.model.Freezing;

/**
 * Gradients of a network by a worker's share of the images of an epoch. Unlike {@link EpochUpdates} this leaves the
 * network as it is: what moves it between two gradients is the sum of those of all workers, by
 * {@link BatchGradient#applyTo}.
 */
public final class EpochGradients implements Closeable {

    private final TrainingStep step;
    private final EpochParts parts;

    /**
     * Starts to load.
     *
     * @param network whose gradients are asked for; is frozen as far as the recipe says for the epoch
     * @param epoch   of the images, from 0
     * @param step    the first update, from 0
     * @param end     of the updates
     * @param parts   which micro-batches of each update, at least one
     * @param threads that decode images, at least 1
     */
    public EpochGradients(TrainingTask task, ComputationGraph network, int epoch, int step, int end, PartRange parts,
                          int threads) {
        Freezing.apply(network, task.recipe().frozenIn(epoch + 1));
        this.step = new TrainingStep(network, parts.size());
        this.parts = new EpochParts(task, network, epoch, step, end, parts, threads);
    }

    /** That of the next update, at the network as it is now; of no image if all are broken. */
    public BatchGradient next() throws IOException {
        parts.addTo(step);
        return step.take();
    }

    /** The images skipped so far. */
    public List<BrokenImage> broken() {
        return parts.broken();
    }

    @Override
    public void close() {
        parts.close();
        step.close();
    }
}
