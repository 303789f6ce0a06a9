package io.github.shufflenet4j.training.step;

import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.check.Checks;

/**
 * Exponential moving average of a network's parameters and batch-norm statistics, as torchvision's
 * {@code ExponentialMovingAverage} in its training reference. At every n-th step of an epoch, from the first on, it
 * becomes decay * average + (1 - decay) * parameters; during the learning rate's warm-up, and the first time after it,
 * it becomes the parameters themselves.
 */
public final class MovingAverage {

    private final INDArray average;
    private final double decay;
    private final int every;
    private boolean started;

    /**
     * @param average changed in place
     * @param decay   share of the average that is kept, in [0, 1]; see {@link #adjusted}
     * @param every   steps of an epoch from one move of the average to the next, at least 1
     * @param started whether the average is more than a copy already
     */
    public MovingAverage(INDArray average, double decay, int every, boolean started) {
        Checks.within("decay", decay, 0, 1);
        this.average = average;
        this.decay = decay;
        this.every = Checks.atLeast("every", every, 1);
        this.started = started;
    }

    /**
     * The decay that torchvision makes independent of batch size, epochs and {@code every}: 1 - decay is multiplied by
     * batchSize * every / epochs, and is at most 1.
     */
    public static double adjusted(double decay, int batchSize, int every, double epochs) {
        return 1 - Math.min(1, (1 - decay) * batchSize * every / epochs);
    }

    /** Whether the average is more than a copy. */
    public boolean isStarted() {
        return started;
    }

    /**
     * To be called after each step.
     *
     * @param step       of the epoch, from 0
     * @param warmingUp  whether the step belonged to the warm-up
     * @param parameters of the network
     */
    public void update(int step, boolean warmingUp, INDArray parameters) {
        if (step % every != 0) {
            return;
        }
        if (started) {
            // As a move towards the parameters, so that frozen ones stay the same to the bit.
            average.addi(parameters.sub(average).muli(1 - decay));
        } else {
            average.assign(parameters);
        }
        started = !warmingUp;
    }
}
