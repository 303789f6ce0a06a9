package io.github.shufflenet4j.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime half of {@link NormActivation}. */
final class NormActivationLayer extends NormalisingLayer<NormActivation> {

    private static final long serialVersionUID = 1L;

    NormActivationLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType, layer -> ConvNormExecutor.of(layer, dataType));
    }

    @Override
    INDArray checked(INDArray input) {
        return checked(input, layerConf().getFormat());
    }

    @Override
    boolean needsInputGradient() {
        return true;
    }
}
