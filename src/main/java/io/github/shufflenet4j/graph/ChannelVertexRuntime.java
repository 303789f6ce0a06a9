package io.github.shufflenet4j.graph;

import java.util.Arrays;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.Gradient;
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

    private final CNN2DFormat format;

    ChannelVertexRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType) {
        super(graph, name, index, null, null, dataType);
        this.format = format;
    }

    /** What the forward pass copies where, given the number of channels of each input. */
    abstract ChannelCopy copy(int[] inputChannels);

    @Override
    public final INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        if (!canDoForward()) {
            throw new IllegalStateException("inputs of vertex \"" + getVertexName() + "\" are not set");
        }
        ChannelCopy copy = copy(inputChannels());
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], copy.targetChannels());
        copy.run(ofDataType(inputs), output, format);
        return output;
    }

    @Override
    public final Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        INDArray[] gradients = new INDArray[inputs.length];
        if (epsilon == null) {
            return new Pair<>(null, gradients); // nothing below is trained, so the layers above passed nothing on
        }
        if (!canDoBackward()) {
            throw new IllegalStateException("inputs of vertex \"" + getVertexName() + "\" are not set");
        }
        ChannelCopy copy = copy(inputChannels());
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, copy.sourceChannels()[i]);
            copy.backTo(i).run(ofDataType(epsilon), gradients[i], format);
        }
        return new Pair<>(null, gradients);
    }

    private INDArray allocate(LayerWorkspaceMgr workspaces, ArrayType type, INDArray like, long channels) {
        long[] shape = like.shape().clone();
        shape[ChannelCopy.axis(format)] = channels;
        return workspaces.createUninitialized(type, dataType, shape, 'c');
    }

    private INDArray[] ofDataType(INDArray... arrays) {
        return Arrays.stream(arrays).map(array -> array.castTo(dataType)).toArray(INDArray[]::new);
    }

    private int[] inputChannels() {
        return Arrays.stream(inputs).mapToInt(input -> (int) input.size(ChannelCopy.axis(format))).toArray();
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
