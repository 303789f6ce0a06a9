package io.github.shufflenet4j.updater;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.lang3.Validate;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stochastic gradient descent with plain momentum (Polyak), as in PyTorch's {@code SGD(momentum=m)}: the velocity
 * becomes m v + gradient, and the parameters move by the learning rate times the velocity against it.
 *
 * <p>DL4J has Nesterov's momentum only ({@link org.nd4j.linalg.learning.config.Nesterovs}).
 */
public final class Momentum implements IUpdater {

    private static final long serialVersionUID = 1L;

    private static final String VELOCITY = "V";

    private double learningRate;
    private ISchedule learningRateSchedule;
    private final double momentum;

    /**
     * With a constant learning rate.
     *
     * @param learningRate above 0
     * @param momentum     share of the velocity that a step keeps, in [0, 1)
     */
    public Momentum(double learningRate, double momentum) {
        this(learningRate, null, momentum);
    }

    /**
     * With a learning rate that follows a schedule.
     *
     * @param learningRateSchedule the schedule
     * @param momentum             share of the velocity that a step keeps, in [0, 1)
     */
    public Momentum(ISchedule learningRateSchedule, double momentum) {
        this(Double.NaN, Objects.requireNonNull(learningRateSchedule, "learningRateSchedule"), momentum);
    }

    private Momentum(@JsonProperty("learningRate") double learningRate,
                     @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
                     @JsonProperty("momentum") double momentum) {
        Validate.isTrue(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got %s", momentum);
        this.momentum = momentum;
        setLrAndSchedule(learningRate, learningRateSchedule);
    }

    /** Share of the velocity that a step keeps. */
    public double getMomentum() {
        return momentum;
    }

    @Override
    public double getLearningRate(int iteration, int epoch) {
        return learningRateSchedule == null ? learningRate : learningRateSchedule.valueAt(iteration, epoch);
    }

    @Override
    public boolean hasLearningRate() {
        return true;
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
        Validate.isTrue(schedule != null || rate > 0, "learningRate must be above 0, got %s", rate);
        this.learningRate = rate;
        this.learningRateSchedule = schedule;
    }

    @Override
    public long stateSize(long numParams) {
        return numParams;
    }

    @Override
    public GradientUpdater<Momentum> instantiate(INDArray view, boolean initialize) {
        return instantiate(Map.of(VELOCITY, view.reshape(view.length())), initialize);
    }

    @Override
    public GradientUpdater<Momentum> instantiate(Map<String, INDArray> state, boolean initialize) {
        Updater updater = new Updater(this);
        updater.setState(state, initialize);
        return updater;
    }

    @Override
    public Momentum clone() {
        return new Momentum(learningRate, learningRateSchedule, momentum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Momentum that && Double.compare(learningRate, that.learningRate) == 0
                && momentum == that.momentum && Objects.equals(learningRateSchedule, that.learningRateSchedule);
    }

    @Override
    public int hashCode() {
        return Objects.hash(learningRate, learningRateSchedule, momentum);
    }

    @Override
    public String toString() {
        return "Momentum(learningRate=" + (learningRateSchedule == null ? learningRate : learningRateSchedule)
                + ", momentum=" + momentum + ")";
    }

    private static final class Updater implements GradientUpdater<Momentum> {

        private final Momentum config;
        private INDArray velocity;

        Updater(Momentum config) {
            this.config = config;
        }

        @Override
        public Momentum getConfig() {
            return config;
        }

        @Override
        public void setState(Map<String, INDArray> state, boolean initialize) {
            if (!state.keySet().equals(Collections.singleton(VELOCITY))) {
                throw new IllegalStateException("state must have the one key " + VELOCITY + ", got " + state.keySet());
            }
            velocity = state.get(VELOCITY);
            if (initialize) {
                velocity.assign(0);
            }
        }

        @Override
        public Map<String, INDArray> getState() {
            return Collections.singletonMap(VELOCITY, velocity);
        }

        @Override
        public void setStateViewArray(INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
            setState(Map.of(VELOCITY, view.reshape(gradientOrder, gradientShape)), initialize);
        }

        /** Replaces the gradient by the step that is subtracted from the parameters. */
        @Override
        public void applyUpdater(INDArray gradient, int iteration, int epoch) {
            velocity.muli(config.momentum).addi(gradient.reshape(velocity.shape()));
            gradient.assign(velocity.reshape(gradient.shape())).muli(config.getLearningRate(iteration, epoch));
        }
    }
}
