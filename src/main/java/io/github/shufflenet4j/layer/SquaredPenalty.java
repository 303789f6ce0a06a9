package io.github.shufflenet4j.layer;

import java.util.List;
import java.util.OptionalDouble;

import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.SumOfSquares;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * The penalty of a layer's weights that DL4J adds to the score of each step, by all threads; DL4J's own norm takes a
 * tenth of a small network's step.
 */
final class SquaredPenalty {

    private SquaredPenalty() {
    }

    /**
     * Half of the sum of the squared weights, times their decay.
     *
     * @param key     key of the weights
     * @param weights the weights, in C order
     * @param other   another parameter that may have a penalty; null for none
     * @return empty if the layer's penalty is another one, or the kernels are not to compute it
     */
    static OptionalDouble of(Layer conf, String key, INDArray weights, String other, int iteration, int epoch) {
        List<Regularization> regularization = conf.getRegularizationByParam(key);
        List<Regularization> ofOther = other == null ? null : conf.getRegularizationByParam(other);
        ISchedule decay = regularization == null || regularization.size() != 1 ? null : decay(regularization.get(0));
        if (!CpuArrays.areAccessible(weights.dataType()) || decay == null || ofOther != null && !ofOther.isEmpty()) {
            return OptionalDouble.empty();
        }
        try (ArrayMemory memory = new ArrayMemory()) {
            return OptionalDouble.of(decay.valueAt(iteration, epoch) / 2 * SumOfSquares.of(memory.buffer(weights),
                    KernelProviders.get().elementwise(), Workers.shared()));
        }
    }

    /** Null if the penalty is not this times half of the sum of squares. */
    private static ISchedule decay(Regularization regularization) {
        return regularization instanceof L2Regularization l2 ? l2.getL2()
                : regularization instanceof WeightDecay decoupled ? decoupled.getCoeff() : null;
    }
}
