package io.github.shufflenet4j.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.kernel.conv.PlaneLinks;

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

    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        return SquaredPenalty.of(layerConf(), ConvNormActivationParams.WEIGHT,
                params.get(ConvNormActivationParams.WEIGHT), ConvNormActivationParams.GAMMA, getIterationCount(),
                getEpochCount()).orElseGet(() -> super.calcRegularizationScore(backpropParamsOnly));
    }
}
