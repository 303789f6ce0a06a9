package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

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
    ChannelCopy copy(int[] inputChannels) {
        return ChannelCopy.split(inputChannels[0], from, to);
    }

    @Override
    public String toString() {
        return "ChannelSplit(name=\"" + getVertexName() + "\", from=" + from + ", to=" + to + ")";
    }
}
