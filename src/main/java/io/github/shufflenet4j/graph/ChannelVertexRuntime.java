package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the vertices that only move channels have in common: no layer, no parameters, no masks. */
abstract class ChannelVertexRuntime extends BaseGraphVertex {

    private static final long serialVersionUID = 1L;

    protected final CNN2DFormat format;

    ChannelVertexRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType) {
        super(graph, name, index, null, null, dataType);
        this.format = format;
    }

    /** A new array in the shape of {@code like}, but with {@code channels} channels. */
    protected final INDArray allocate(LayerWorkspaceMgr workspaces, ArrayType type, INDArray like, long channels) {
        long[] shape = like.shape().clone();
        shape[ChannelRange.axis(format)] = channels;
        return workspaces.createUninitialized(type, dataType, shape, 'c');
    }

    protected final int channels(INDArray array) {
        return (int) array.size(ChannelRange.axis(format));
    }

    protected final void requireInputs() {
        if (!canDoForward()) {
            throw new IllegalStateException("inputs of vertex \"" + getVertexName() + "\" are not set");
        }
    }

    protected final void requireEpsilon() {
        if (!canDoBackward()) {
            throw new IllegalStateException("inputs or epsilon of vertex \"" + getVertexName() + "\" are not set");
        }
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
        if (gradients != null) {
            throw new IllegalArgumentException("vertex \"" + getVertexName() + "\" has no parameters");
        }
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int minibatchSize) {
        return new Pair<>(masks == null || masks.length == 0 ? null : masks[0], state);
    }
}
