package io.github.shufflenet4j.updater;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Map;
import java.util.Objects;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.RmsPropStep;

/**
 * RMSprop with momentum, as PyTorch's {@code RMSprop}: epsilon is added to the root, and the mean of squares begins
 * at 0. TensorFlow's adds it below the root and begins at 1; DL4J's
 * {@link org.nd4j.linalg.learning.config.RmsProp} has no momentum.
 */
public final class RmsProp extends ScheduledUpdater {

    private static final long serialVersionUID = 1L;

    private final double alpha;
    private final double epsilon;
    private final double momentum;

    /**
     * With a constant learning rate.
     *
     * @param learningRate above 0
     * @param alpha        share of the mean of squares that a step keeps, in [0, 1)
     * @param epsilon      added to the root, above 0
     * @param momentum     share of the velocity that a step keeps, in [0, 1)
     */
    public RmsProp(double learningRate, double alpha, double epsilon, double momentum) {
        this(learningRate, null, alpha, epsilon, momentum);
    }

    /**
     * With a learning rate that follows a schedule.
     *
     * @param learningRateSchedule the schedule
     * @param alpha                share of the mean of squares that a step keeps, in [0, 1)
     * @param epsilon              added to the root, above 0
     * @param momentum             share of the velocity that a step keeps, in [0, 1)
     */
    public RmsProp(ISchedule learningRateSchedule, double alpha, double epsilon, double momentum) {
        this(Double.NaN, Objects.requireNonNull(learningRateSchedule, "learningRateSchedule"), alpha, epsilon,
                momentum);
    }

    private RmsProp(@JsonProperty("learningRate") double learningRate,
                    @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
                    @JsonProperty("alpha") double alpha, @JsonProperty("epsilon") double epsilon,
                    @JsonProperty("momentum") double momentum) {
        super(learningRate, learningRateSchedule);
        this.alpha = Checks.lessThanOne("alpha", alpha);
        this.epsilon = Checks.positive("epsilon", epsilon);
        this.momentum = Checks.lessThanOne("momentum", momentum);
    }

    @Override
    Map<String, Double> settings() {
        return Map.of("alpha", alpha, "epsilon", epsilon, "momentum", momentum);
    }

    @Override
    int values() {
        return 2;
    }

    @Override
    RmsPropStep step(double rate, double decay, double share, double number) {
        return new RmsPropStep((float) share, (float) decay, (float) alpha, (float) (1 - alpha), (float) epsilon,
                (float) momentum, (float) rate);
    }

    @Override
    void replace(INDArray gradient, INDArray state, double rate) {
        long count = gradient.length();
        INDArray square = state.get(interval(0, count));
        INDArray velocity = state.get(interval(count, 2 * count));
        square.muli(alpha).addi(gradient.mul(gradient).muli(1 - alpha));
        velocity.muli(momentum).addi(gradient.div(Transforms.sqrt(square).addi(epsilon)));
        gradient.assign(velocity).muli(rate);
    }
}
