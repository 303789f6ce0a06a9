package io.github.shufflenet4j.layer;

import java.util.Collection;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mean of each channel: DL4J's {@code GlobalPoolingLayer}, but computed by this library's kernels in single
 * precision and NCHW on the CPU, by all threads.
 *
 * <p>Shapes: [N, C, H, W], or the same with channels last, to [N, C].
 */
public final class GlobalAveragePooling extends GlobalPoolingLayer {

    private static final long serialVersionUID = 1L;

    /** Over the height and width of the input. */
    public GlobalAveragePooling() {
        super(PoolingType.AVG);
    }

    @Override
    public GlobalAveragePooling clone() {
        return (GlobalAveragePooling) super.clone();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            DataType networkDataType) {
        return Layers.instantiated(new GlobalAveragePoolingLayer(conf, networkDataType), conf, listeners, layerIndex,
                paramsView, initializeParams, initializer());
    }
}
