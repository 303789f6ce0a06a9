package io.github.shufflenet4j.layer;

import java.nio.FloatBuffer;
import java.util.Collection;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.conv.BufferPlanes;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;

/** What all layers of this package do alike. */
final class Layers {

    private Layers() {
    }

    /** NCHW planes of an array, in its memory or that of a copy. */
    static BufferPlanes planes(FloatBuffer memory, INDArray array) {
        return new BufferPlanes(memory, Math.toIntExact(array.size(1)),
                Math.toIntExact(array.size(2) * array.size(3)));
    }

    /** The array of the gradient to a layer's input; without values where the input is linked. */
    static INDArray inputGradient(PlaneLinks links, INDArray input, LayerWorkspaceMgr workspaces) {
        return links.input(0).isPresent() ? CpuArrays.gradientPlaceholder(workspaces)
                : workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    }

    /** A new layer with its configuration, listeners and parameters, as DL4J's own layers instantiate theirs. */
    static <T extends Layer> T instantiated(T layer, NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners, int layerIndex, INDArray paramsView, boolean initializeParams,
            ParamInitializer initializer) {
        layer.setListeners(listeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(paramsView);
        layer.setParamTable(initializer.init(conf, paramsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }
}
