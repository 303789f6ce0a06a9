package io.github.shufflenet4j.updater;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.lang3.Validate;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.kernel.OptimizerStep;

/**
 * An updater with a learning rate, fixed or scheduled, that {@link FusedGraphUpdater} computes in one pass, and ND4J's
 * operations elsewhere. Its state is one or two arrays of a value for each parameter, and behind them, if it counts
 * steps, their number for each array of parameters.
 */
abstract class ScheduledUpdater implements IUpdater {

    private static final long serialVersionUID = 1L;

    private double learningRate;
    private ISchedule learningRateSchedule;

    /**
     * @param learningRate         above 0 if there is no schedule, else ignored
     * @param learningRateSchedule null for a fixed rate
     */
    ScheduledUpdater(double learningRate, ISchedule learningRateSchedule) {
        setLrAndSchedule(learningRate, learningRateSchedule);
    }

    /** The settings beside the learning rate, by name. */
    abstract Map<String, Double> settings();

    /** Values of state for each parameter: 1 or 2. */
    abstract int values();

    /** Whether the number of steps is part of the state. */
    boolean countsSteps() {
        return false;
    }

    /** The kind of weight decay that {@link #step} takes in: by default L2 regularisation. */
    Class<? extends Regularization> decay() {
        return L2Regularization.class;
    }

    /**
     * A step.
     *
     * @param rate   learning rate
     * @param decay  factor of the parameters, in the gradient or in the step
     * @param share  factor of the gradient
     * @param number of steps of these parameters, with this one; 0 if they are not counted
     */
    abstract OptimizerStep step(double rate, double decay, double share, double number);

    /** Replaces a gradient by the step to be subtracted from the parameters; all arrays are vectors. */
    abstract void replace(INDArray gradient, INDArray state, double rate);

    @Override
    public final double getLearningRate(int iteration, int epoch) {
        return learningRateSchedule == null ? learningRate : learningRateSchedule.valueAt(iteration, epoch);
    }

    @Override
    public final boolean hasLearningRate() {
        return true;
    }

    @Override
    public final void setLrAndSchedule(double rate, ISchedule schedule) {
        Validate.isTrue(schedule != null || rate > 0, "learningRate must be above 0, got %s", rate);
        this.learningRate = rate;
        this.learningRateSchedule = schedule;
    }

    @Override
    public final long stateSize(long numParams) {
        return values() * numParams + (countsSteps() ? 1 : 0);
    }

    @Override
    public final GradientUpdater<ScheduledUpdater> instantiate(INDArray view, boolean initialize) {
        return instantiate(Map.of(Updater.STATE, view.reshape(view.length())), initialize);
    }

    @Override
    public final GradientUpdater<ScheduledUpdater> instantiate(Map<String, INDArray> state, boolean initialize) {
        Updater updater = new Updater(this);
        updater.setState(state, initialize);
        return updater;
    }

    @Override
    public final ScheduledUpdater clone() {
        try {
            return (ScheduledUpdater) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof ScheduledUpdater that && getClass() == that.getClass()
                && Double.compare(learningRate, that.learningRate) == 0
                && Objects.equals(learningRateSchedule, that.learningRateSchedule)
                && settings().equals(that.settings());
    }

    @Override
    public final int hashCode() {
        return Objects.hash(learningRate, learningRateSchedule, settings());
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(learningRate="
                + (learningRateSchedule == null ? learningRate : learningRateSchedule) + ", " + settings() + ")";
    }

    private static final class Updater implements GradientUpdater<ScheduledUpdater> {

        private static final String STATE = "state";

        private final ScheduledUpdater config;
        private INDArray state;

        Updater(ScheduledUpdater config) {
            this.config = config;
        }

        @Override
        public ScheduledUpdater getConfig() {
            return config;
        }

        @Override
        public void setState(Map<String, INDArray> given, boolean initialize) {
            if (!given.keySet().equals(Collections.singleton(STATE))) {
                throw new IllegalStateException("state must have the one key " + STATE + ", got " + given.keySet());
            }
            state = given.get(STATE);
            if (initialize) {
                state.assign(0);
            }
        }

        @Override
        public Map<String, INDArray> getState() {
            return Map.of(STATE, state);
        }

        @Override
        public void setStateViewArray(INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
            setState(Map.of(STATE, view.reshape(view.length())), initialize);
        }

        @Override
        public void applyUpdater(INDArray gradient, int iteration, int epoch) {
            config.replace(gradient.reshape(gradient.length()), state, config.getLearningRate(iteration, epoch));
        }
    }
}
