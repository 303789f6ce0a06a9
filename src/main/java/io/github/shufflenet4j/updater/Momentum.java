package io.github.shufflenet4j.updater;

import java.util.Map;
import java.util.Objects;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.MomentumStep;

/**
 * Stochastic gradient descent with plain momentum (Polyak), as in PyTorch's {@code SGD(momentum=m)}: the velocity
 * becomes m v + gradient, and the parameters move by the learning rate times the velocity against it.
 *
 * <p>DL4J has Nesterov's momentum only ({@link org.nd4j.linalg.learning.config.Nesterovs}).
 */
public final class Momentum extends ScheduledUpdater {

    private static final long serialVersionUID = 1L;

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
        super(learningRate, learningRateSchedule);
        this.momentum = Checks.lessThanOne("momentum", momentum);
    }

    /** Share of the velocity that a step keeps. */
    public double getMomentum() {
        return momentum;
    }

    @Override
    Map<String, Double> settings() {
        return Map.of("momentum", momentum);
    }

    @Override
    int values() {
        return 1;
    }

    @Override
    MomentumStep step(double rate, double decay, double share, double number) {
        return MomentumStep.heavyBall((float) rate, (float) momentum, (float) decay, (float) share);
    }

    @Override
    void replace(INDArray gradient, INDArray velocity, double rate) {
        velocity.muli(momentum).addi(gradient);
        gradient.assign(velocity).muli(rate);
    }
}
