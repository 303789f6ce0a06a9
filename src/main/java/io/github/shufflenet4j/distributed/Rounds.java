package io.github.shufflenet4j.distributed;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.data.BrokenImages;
import io.github.shufflenet4j.training.StepResult;

/** Updates the driver's network by the work of a cluster. */
interface Rounds {

    /**
     * Computes a round. If this fails, the network is as it was.
     *
     * @param epoch  whose images it gets, from 0
     * @param step   its first update, within the epoch
     * @param end    of its updates
     * @param broken takes the images that the workers skipped
     * @return the updates, in order
     */
    List<StepResult> compute(int epoch, int step, int end, BrokenImages broken) throws IOException;

    /** As {@link io.github.shufflenet4j.training.TrainingEngine#state}. */
    default Map<String, byte[]> state() {
        return Map.of();
    }

    /** As {@link io.github.shufflenet4j.training.TrainingEngine#restore}. */
    default void restore(Map<String, byte[]> entries) throws IOException {
    }
}
