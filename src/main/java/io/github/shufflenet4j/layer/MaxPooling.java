package io.github.shufflenet4j.layer;

import java.util.Collection;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Max pooling over 3x3 pixels at stride 2, padded by 1, as after the first convolution of ShuffleNet V2: DL4J's
 * {@code SubsamplingLayer}, but computed by this library's kernels in single precision and NCHW on the CPU, where
 * DL4J's takes as long as half of the convolutions.
 *
 * <p>Shapes: [N, C, H, W] to [N, C, floor((H - 1) / 2) + 1, floor((W - 1) / 2) + 1], or the same with channels last.
 */
public final class MaxPooling extends SubsamplingLayer {

    private static final long serialVersionUID = 1L;

    /** For deserialisation only. */
    @SuppressWarnings("unused")
    private MaxPooling() {
    }

    /** @param format layout of the activations; set from the input type where the network has one */
    public MaxPooling(CNN2DFormat format) {
        super(new Builder(PoolingType.MAX).kernelSize(3, 3).stride(2, 2).padding(1, 1)
                .convolutionMode(ConvolutionMode.Truncate).dataFormat(format));
    }

    @Override
    public MaxPooling clone() {
        return (MaxPooling) super.clone();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            DataType networkDataType) {
        return Layers.instantiated(new MaxPoolingLayer(conf, networkDataType), conf, listeners, layerIndex,
                paramsView, initializeParams, initializer());
    }
}
