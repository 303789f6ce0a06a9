package io.github.shufflenet4j.graph;

import java.util.Arrays;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the vertices that only move channels have in common. */
abstract class ChannelVertexRuntime extends ParameterlessRuntime {

    private static final long serialVersionUID = 1L;

    private final CNN2DFormat format;

    ChannelVertexRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType) {
        super(graph, name, index, dataType);
        this.format = format;
    }

    /** What the forward pass copies where, given the number of channels of each input. */
    abstract ChannelCopy copy(int[] inputChannels);

    @Override
    final INDArray forward(LayerWorkspaceMgr workspaces) {
        ChannelCopy copy = copy(inputChannels());
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], copy.targetChannels());
        copy.run(ofDataType(inputs), output, format);
        return output;
    }

    @Override
    final INDArray[] backward(LayerWorkspaceMgr workspaces) {
        ChannelCopy copy = copy(inputChannels());
        INDArray[] gradients = new INDArray[inputs.length];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, copy.sourceChannels()[i]);
            copy.backTo(i).run(ofDataType(epsilon), gradients[i], format);
        }
        return gradients;
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
}
