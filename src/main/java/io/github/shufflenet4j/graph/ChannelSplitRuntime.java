package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ChannelSplitVertex}. */
final class ChannelSplitRuntime extends ChannelVertexRuntime {

    private static final long serialVersionUID = 1L;

    private final int from;
    private final int to;

    ChannelSplitRuntime(ComputationGraph graph, String name, int index, ChannelSplitVertex conf, DataType dataType) {
        super(graph, name, index, conf.getFormat(), dataType);
        this.from = conf.getFrom();
        this.to = conf.getTo();
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        requireInputs();
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], to - from);
        ChannelRange.consecutive(from, to - from)
                .copy(inputs[0], output, ChannelRange.consecutive(0, to - from), format);
        return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        requireEpsilon();
        INDArray result = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, channels(inputs[0]));
        ChannelRange.zeroOutside(result, from, to, format);
        ChannelRange.consecutive(0, to - from)
                .copy(epsilon, result, ChannelRange.consecutive(from, to - from), format);
        return new Pair<>(null, new INDArray[] {result});
    }

    @Override
    public String toString() {
        return "ChannelSplit(name=\"" + getVertexName() + "\", from=" + from + ", to=" + to + ")";
    }
}
