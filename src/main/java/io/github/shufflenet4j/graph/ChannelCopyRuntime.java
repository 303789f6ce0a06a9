package io.github.shufflenet4j.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ChannelSplitVertex} and {@link ChannelShuffleVertex}, which only move channels. */
final class ChannelCopyRuntime extends ParameterlessRuntime {

    private static final long serialVersionUID = 1L;

    private final CNN2DFormat format;
    private final transient Function<int[], ChannelCopy> copies;
    /** Copies of the last forward pass, and of the backward pass behind it. */
    private transient ChannelCopy copy;
    private transient List<ChannelCopy> back;

    /** @param copies the copy of the forward pass, given the number of channels of each input */
    ChannelCopyRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType,
                       Function<int[], ChannelCopy> copies) {
        super(graph, name, index, dataType);
        this.format = format;
        this.copies = copies;
    }

    @Override
    INDArray forward(LayerWorkspaceMgr workspaces) {
        prepare();
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], copy.targetChannels());
        copy.run(ofDataType(inputs), output, format);
        return output;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
        prepare();
        INDArray[] gradients = new INDArray[inputs.length];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, copy.sourceChannels()[i]);
            back.get(i).run(ofDataType(epsilon), gradients[i], format);
        }
        return gradients;
    }

    private void prepare() {
        int[] channels = inputChannels();
        if (copy == null || !Arrays.equals(channels, copy.sourceChannels())) {
            copy = copies.apply(channels);
            back = IntStream.range(0, channels.length).mapToObj(copy::backTo).toList();
        }
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
    public String toString() {
        return "ChannelCopy(name=\"" + getVertexName() + "\")";
    }
}
