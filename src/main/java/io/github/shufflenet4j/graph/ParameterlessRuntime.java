package io.github.shufflenet4j.graph;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime half of a {@link ChannelVertex}: no layer, no parameters, no masks. */
abstract class ParameterlessRuntime extends BaseGraphVertex {

    private static final long serialVersionUID = 1L;

    ParameterlessRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, null, null, dataType);
    }

    /** The output, allocated as {@code ACTIVATIONS}. */
    abstract INDArray forward(LayerWorkspaceMgr workspaces);

    /** The gradient with respect to each input, allocated as {@code ACTIVATION_GRAD}. */
    abstract INDArray[] backward(LayerWorkspaceMgr workspaces);

    @Override
    public final INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        Validate.validState(canDoForward(), "inputs of vertex \"%s\" are not set", getVertexName());
        return forward(workspaces);
    }

    @Override
    public final Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        if (epsilon == null) {
            // Nothing below is trained, so the layers above passed nothing on.
            return new Pair<>(null, new INDArray[inputs.length]);
        }
        Validate.validState(canDoBackward(), "inputs of vertex \"%s\" are not set", getVertexName());
        return new Pair<>(null, backward(workspaces));
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        Validate.isTrue(gradients == null, "vertex \"%s\" has no parameters", getVertexName());
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int minibatchSize) {
        return new Pair<>(masks == null || masks.length == 0 ? null : masks[0], state);
    }
}
