package io.github.shufflenet4j.updater;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Map;
import java.util.Objects;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.AdamStep;

/**
 * Adam (Kingma and Ba 2015) as PyTorch's {@code AdamW}. Weight decay is a property of the layers in DL4J; with
 * {@link WeightDecay} it is decoupled (Loshchilov and Hutter 2019).
 *
 * <p>Unlike {@link org.nd4j.linalg.learning.config.Adam}, it adds epsilon to the root of the unbiased mean, as the
 * papers do, and corrects the bias by the number of steps of each array of parameters rather than of the network: those
 * of a layer that is unfrozen late begin like the others did.
 */
public final class AdamW extends ScheduledUpdater {

    private static final long serialVersionUID = 1L;

    private final double beta1;
    private final double beta2;
    private final double epsilon;

    /**
     * With a constant learning rate, betas 0.9 and 0.999, and epsilon 1e-8.
     *
     * @param learningRate above 0
     */
    public AdamW(double learningRate) {
        this(learningRate, null, 0.9, 0.999, 1e-8);
    }

    /**
     * With a learning rate that follows a schedule.
     *
     * @param learningRateSchedule the schedule
     * @param beta1                share of the mean of gradients that a step keeps, in [0, 1)
     * @param beta2                the same for the mean of their squares, in [0, 1)
     * @param epsilon              added to the root, above 0
     */
    public AdamW(ISchedule learningRateSchedule, double beta1, double beta2, double epsilon) {
        this(Double.NaN, Objects.requireNonNull(learningRateSchedule, "learningRateSchedule"), beta1, beta2, epsilon);
    }

    private AdamW(@JsonProperty("learningRate") double learningRate,
                  @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
                  @JsonProperty("beta1") double beta1, @JsonProperty("beta2") double beta2,
                  @JsonProperty("epsilon") double epsilon) {
        super(learningRate, learningRateSchedule);
        this.beta1 = Checks.lessThanOne("beta1", beta1);
        this.beta2 = Checks.lessThanOne("beta2", beta2);
        this.epsilon = Checks.positive("epsilon", epsilon);
    }

    @Override
    Map<String, Double> settings() {
        return Map.of("beta1", beta1, "beta2", beta2, "epsilon", epsilon);
    }

    @Override
    int values() {
        return 2;
    }

    @Override
    boolean countsSteps() {
        return true;
    }

    @Override
    Class<? extends Regularization> decay() {
        return WeightDecay.class;
    }

    @Override
    AdamStep step(double rate, double decay, double share, double number) {
        return AdamStep.of(rate, beta1, beta2, epsilon, decay, share, number);
    }

    @Override
    void replace(INDArray gradient, INDArray state, double rate) {
        long count = gradient.length();
        INDArray mean = state.get(interval(0, count));
        INDArray square = state.get(interval(count, 2 * count));
        double number = state.get(interval(2 * count, state.length())).addi(1).getDouble(0);
        mean.muli(beta1).addi(gradient.mul(1 - beta1));
        square.muli(beta2).addi(gradient.mul(gradient).muli(1 - beta2));
        INDArray root = Transforms.sqrt(square).divi(Math.sqrt(AdamStep.bias(beta2, number))).addi(epsilon);
        gradient.assign(mean.div(root)).muli(rate / AdamStep.bias(beta1, number));
    }
}
