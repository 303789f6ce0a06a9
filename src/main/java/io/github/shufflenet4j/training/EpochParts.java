package io.github.shufflenet4j.training;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.Batch;
import io.github.shufflenet4j.data.BatchLoader;
import io.github.shufflenet4j.data.BrokenImage;

/** The micro-batches of an epoch's updates, or those of them that one of several workers computes. */
final class EpochParts implements Closeable {

    private final TrainingTask task;
    private final ComputationGraph network;
    private final PartRange parts;
    private final BatchLoader loader;
    private int step;
    private boolean begun;
    private Batch next;

    /**
     * Starts to load.
     *
     * @param network that is updated: the count of its updates is what dropout depends on
     * @param epoch   of the images, from 0
     * @param step    the first update, from 0
     * @param end     of the updates
     * @param parts   which micro-batches of each update, at least one
     * @param threads that decode images, at least 1
     */
    EpochParts(TrainingTask task, ComputationGraph network, int epoch, int step, int end, PartRange parts,
               int threads) {
        this.task = task;
        this.network = network;
        this.parts = parts;
        this.step = step;
        this.loader = task.trainingBatches(epoch).only(parts.batches(step, end)).threads(threads).open();
    }

    /** Adds the next update's parts to it; there is none where all images are broken. */
    void addTo(Update update) throws IOException {
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
    }

    /** The images skipped so far. */
    List<BrokenImage> broken() {
        return loader.broken();
    }

    @Override
    public void close() {
        loader.close();
    }
}
