package io.github.shufflenet4j.layer;

import java.util.List;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.SumOfSquares;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/** Runtime half of {@link ConvNormActivation}: parameters and bookkeeping; the arithmetic is its executor's. */
public final class ConvNormActivationLayer extends NormalisingLayer<ConvNormActivation>
        implements PlaneLinks.Linkable {

    private static final long serialVersionUID = 1L;

    private transient boolean inputGradient = true;

    ConvNormActivationLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType, layer -> ConvNormExecutor.of(layer, dataType));
    }

    @Override
    INDArray checked(INDArray input) {
        return checked(input, layerConf().getFormat());
    }

    @Override
    boolean needsInputGradient() {
        return inputGradient && layerConf().isInputGradient();
    }

    /**
     * Whether the next backward passes compute the gradient with respect to the input; default true. Where nothing
     * below is trained they can do without. It takes effect only where the configuration has an input gradient, and is
     * not saved.
     */
    public void setInputGradient(boolean inputGradient) {
        this.inputGradient = inputGradient;
    }

    @Override
    public boolean canLink() {
        return executor().canLink() && layerConf().getIDropout() == null;
    }

    @Override
    public void link(PlaneLinks links) {
        executor().link(links);
    }

    /** The penalty that DL4J adds to the score of each step; its own norm takes a tenth of a small network's step. */
    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        List<Regularization> regularization =
                layerConf().getRegularizationByParam(ConvNormActivationParams.WEIGHT);
        List<Regularization> ofNorm = layerConf().getRegularizationByParam(ConvNormActivationParams.GAMMA);
        ISchedule decay = regularization == null || regularization.size() != 1 ? null : decay(regularization.get(0));
        if (CpuArrays.areAccessible(dataType) && decay != null && (ofNorm == null || ofNorm.isEmpty())) {
            try (ArrayMemory memory = new ArrayMemory()) {
                return decay.valueAt(getIterationCount(), getEpochCount()) / 2 * SumOfSquares.of(
                        memory.buffer(params.get(ConvNormActivationParams.WEIGHT)),
                        KernelProviders.get().elementwise(), Workers.shared());
            }
        }
        return super.calcRegularizationScore(backpropParamsOnly);
    }

    /** Null if the penalty is not this times half of the sum of squares. */
    private static ISchedule decay(Regularization regularization) {
        return regularization instanceof L2Regularization l2 ? l2.getL2()
                : regularization instanceof WeightDecay decoupled ? decoupled.getCoeff() : null;
    }
}
