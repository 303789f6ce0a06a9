package io.github.shufflenet4j.layer;

import java.util.Collection;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The classifier and its loss: DL4J's {@code OutputLayer}, with the same parameters, but training steps in single
 * precision on the CPU compute its products by this library's kernels, by all threads.
 *
 * <p>Shapes: [N, nIn] to [N, nOut].
 */
public final class ClassifierOutput extends OutputLayer {

    private static final long serialVersionUID = 1L;

    /** For deserialisation only. */
    @SuppressWarnings("unused")
    private ClassifierOutput() {
    }

    private ClassifierOutput(Builder builder) {
        super(builder);
        initializeConstraints(builder);
    }

    /** Sets what DL4J's {@code OutputLayer.Builder} does. */
    public static final class Builder extends OutputLayer.Builder {

        /** @param loss the loss */
        public Builder(ILossFunction loss) {
            super(loss);
        }

        @Override
        @SuppressWarnings("unchecked") // its supertypes have a type parameter of the same name
        public ClassifierOutput build() {
            return new ClassifierOutput(this);
        }
    }

    @Override
    public ClassifierOutput clone() {
        return (ClassifierOutput) super.clone();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            DataType networkDataType) {
        return Layers.instantiated(new ClassifierOutputLayer(conf, networkDataType), conf, listeners, layerIndex,
                paramsView, initializeParams, initializer());
    }
}
