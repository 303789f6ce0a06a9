package io.github.shufflenet4j.training.step;

import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.check.Checks;

/**
 * Exponential moving average of a network's parameters, batch norm's statistics among them: torchvision's
 * {@code ExponentialMovingAverage} as its training reference uses it. Every so many updates of an epoch, from the first
 * on, the average becomes decay * average + (1 - decay) * parameters; during the warm-up of the learning rate, and the
 * first time after it, it becomes the parameters themselves.
 */
public final class MovingAverage {

    private final INDArray average;
    private final double decay;
    private final int every;
    private boolean started;

    /**
     * @param average changed in place
     * @param decay   share of the average that stays, in [0, 1]; see {@link #adjusted}
     * @param every   updates of an epoch from one step of the average to the next, at least 1
     * @param started whether the average holds more than a copy already
     */
    public MovingAverage(INDArray average, double decay, int every, boolean started) {
        if (!(decay >= 0 && decay <= 1)) {
            throw new IllegalArgumentException("decay must be in [0, 1], got " + decay);
        }
        this.average = average;
        this.decay = decay;
        this.every = Checks.atLeast("every", every, 1);
        this.started = started;
    }

    /**
     * The decay of a run, which torchvision makes independent of its batch size, epochs and steps: 1 - decay is
     * multiplied by batchSize * every / epochs, and is at most 1.
     */
    public static double adjusted(double decay, int batchSize, int every, double epochs) {
        return 1 - Math.min(1, (1 - decay) * batchSize * every / epochs);
    }

    /** Whether the average holds more than a copy. */
    public boolean isStarted() {
        return started;
    }

    /**
     * After an update.
     *
     * @param step       of the epoch, from 0
     * @param warmingUp  whether the learning rate was
     * @param parameters of the network
     */
    public void update(int step, boolean warmingUp, INDArray parameters) {
        if (step % every != 0) {
            return;
        }
        if (started) {
            // As a step towards the parameters, so that what is frozen stays to the bit.
            average.addi(parameters.sub(average).muli(1 - decay));
        } else {
            average.assign(parameters);
        }
        started = !warmingUp;
    }
}
