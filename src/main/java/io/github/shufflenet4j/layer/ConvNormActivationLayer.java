package io.github.shufflenet4j.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.backend.CpuArrays;

/** Runtime half of {@link ConvNormActivation}: parameters and bookkeeping; the arithmetic is its executor's. */
public final class ConvNormActivationLayer extends BaseLayer<ConvNormActivation> {

    private static final long serialVersionUID = 1L;

    private final transient ConvNormExecutor executor;
    private transient boolean inputGradient = true;

    ConvNormActivationLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
        this.executor = ConvNormExecutor.of(layerConf(), dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaces);
        return executor.forward(checked(input), params, training, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray inputEpsilon = executor.backward(checked(input), epsilon, params, gradientViews,
                inputGradient && layerConf().isInputGradient(), workspaces);
        Gradient gradient = new DefaultGradient();
        for (Map.Entry<String, INDArray> entry : gradientViews.entrySet()) {
            gradient.setGradientFor(entry.getKey(), entry.getValue());
        }
        return new Pair<>(gradient, inputEpsilon == null ? null : backpropDropOutIfPresent(inputEpsilon));
    }

    /**
     * Whether the next backward passes compute the gradient with respect to the input; default true. Where nothing
     * below is trained they can do without. It takes effect only where the configuration has an input gradient, and is
     * not saved.
     */
    public void setInputGradient(boolean inputGradient) {
        this.inputGradient = inputGradient;
    }

    private INDArray checked(INDArray input) {
        int axis = layerConf().getFormat() == CNN2DFormat.NCHW ? 1 : 3;
        if (input.rank() != 4 || input.size(axis) != layerConf().getNIn()) {
            throw new DL4JInvalidInputException("expected " + layerConf().getFormat() + " activations with "
                    + layerConf().getNIn() + " channels, got shape " + Arrays.toString(input.shape()) + " "
                    + layerId());
        }
        return input.castTo(dataType);
    }

    /** The penalty that DL4J adds to the score of each step; its own norm takes a tenth of a small network's step. */
    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        List<Regularization> regularization =
                layerConf().getRegularizationByParam(ConvNormActivationParams.WEIGHT);
        List<Regularization> ofNorm = layerConf().getRegularizationByParam(ConvNormActivationParams.GAMMA);
        ISchedule decay = regularization == null || regularization.size() != 1 ? null : decay(regularization.get(0));
        if (CpuArrays.areAccessible(dataType) && decay != null && (ofNorm == null || ofNorm.isEmpty())) {
            return decay.valueAt(getIterationCount(), getEpochCount()) / 2
                    * CpuArrays.sumOfSquares(params.get(ConvNormActivationParams.WEIGHT));
        }
        return super.calcRegularizationScore(backpropParamsOnly);
    }

    /** Null if the penalty is not this times half of the sum of squares. */
    private static ISchedule decay(Regularization regularization) {
        return regularization instanceof L2Regularization l2 ? l2.getL2()
                : regularization instanceof WeightDecay decoupled ? decoupled.getCoeff() : null;
    }

    /** Weights lie in C order, as in DL4J's convolutions; its base class reads a flat array in Fortran order. */
    @Override
    public void setParams(INDArray flat) {
        if (flat != paramsFlattened) {
            setParams(flat, 'c');
        }
    }

    /** The running statistics' pseudo-gradients are not sums over the examples of a batch. */
    @Override
    public boolean updaterDivideByMinibatch(String param) {
        return !ConvNormActivationParams.isRunningStatistic(param);
    }

    @Override
    public void clear() {
        super.clear();
        executor.clear();
    }

    @Override
    public Type type() {
        return Type.CONVOLUTIONAL;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public boolean hasBias() {
        return false;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer clone() {
        throw new UnsupportedOperationException("clone the network, not its layer");
    }
}
