package io.github.shufflenet4j.layer;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A running layer whose arithmetic, batch norm's included, is an executor's.
 *
 * @param <C> its configuration
 */
abstract class NormalisingLayer<C extends FeedForwardLayer> extends BaseLayer<C> {

    private static final long serialVersionUID = 1L;

    private final transient ConvNormExecutor executor;

    NormalisingLayer(NeuralNetConfiguration conf, DataType dataType, Function<C, ConvNormExecutor> executor) {
        super(conf, dataType);
        this.executor = executor.apply(layerConf());
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
        INDArray inputEpsilon =
                executor.backward(checked(input), epsilon, params, gradientViews, needsInputGradient(), workspaces);
        Gradient gradient = new DefaultGradient();
        for (Map.Entry<String, INDArray> entry : gradientViews.entrySet()) {
            gradient.setGradientFor(entry.getKey(), entry.getValue());
        }
        return new Pair<>(gradient, inputEpsilon == null ? null : backpropDropOutIfPresent(inputEpsilon));
    }

    final ConvNormExecutor executor() {
        return executor;
    }

    /** Whether a backward pass computes the gradient with respect to the input. */
    abstract boolean needsInputGradient();

    /** @throws DL4JInvalidInputException unless the input is what the layer was made for */
    abstract INDArray checked(INDArray input);

    final INDArray checked(INDArray input, CNN2DFormat format) {
        int axis = format == CNN2DFormat.NCHW ? 1 : 3;
        if (input.rank() != 4 || input.size(axis) != layerConf().getNIn()) {
            throw new DL4JInvalidInputException("expected " + format + " activations with " + layerConf().getNIn()
                    + " channels, got shape " + Arrays.toString(input.shape()) + " " + layerId());
        }
        return input.castTo(dataType);
    }

    /** Weights lie in C order, as in DL4J's convolutions; its base class reads a flat array in Fortran order. */
    @Override
    public final void setParams(INDArray flat) {
        if (flat != paramsFlattened) {
            setParams(flat, 'c');
        }
    }

    /** The running statistics' pseudo-gradients are not sums over the examples of a batch. */
    @Override
    public final boolean updaterDivideByMinibatch(String param) {
        return !ConvNormActivationParams.isRunningStatistic(param);
    }

    @Override
    public final void clear() {
        super.clear();
        executor.clear();
    }

    @Override
    public final Type type() {
        return Type.CONVOLUTIONAL;
    }

    @Override
    public final boolean isPretrainLayer() {
        return false;
    }

    @Override
    public final boolean hasBias() {
        return false;
    }

    @Override
    public final org.deeplearning4j.nn.api.Layer clone() {
        throw new UnsupportedOperationException("clone the network, not its layer");
    }
}
