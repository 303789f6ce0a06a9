package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/** Computes {@link ChannelShuffleVertex}. */
final class ChannelShuffleRuntime extends ChannelVertexRuntime {

    private static final long serialVersionUID = 1L;

    private final int groups;

    ChannelShuffleRuntime(ComputationGraph graph, String name, int index, ChannelShuffleVertex conf,
                          DataType dataType) {
        super(graph, name, index, conf.getFormat(), dataType);
        this.groups = conf.getGroups();
    }

    @Override
    ChannelCopy copy(int[] inputChannels) {
        return ChannelCopy.shuffle(inputChannels, groups);
    }

    @Override
    public String toString() {
        return "ChannelShuffle(name=\"" + getVertexName() + "\", groups=" + groups + ")";
    }
}
