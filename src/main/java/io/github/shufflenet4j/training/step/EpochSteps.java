package io.github.shufflenet4j.training.step;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

import io.github.shufflenet4j.data.loader.DamagedImage;

/** The steps of an epoch, or those that are left of it, for one thread. */
public interface EpochSteps extends Closeable {

    /**
     * Takes at least one step and advances the network's iteration count. If this fails, the network is as it was.
     *
     * @return the steps in order; {@link StepResult#NONE} in place of one all of whose images are unreadable
     */
    List<StepResult> next() throws IOException;

    /** The images skipped so far. */
    List<DamagedImage> damaged();

    /** Stops loading images; the network stays as it is. */
    @Override
    void close();
}
