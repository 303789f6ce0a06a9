package io.github.shufflenet4j.graph;

import java.util.ArrayList;
import java.util.List;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ChannelShuffleVertex}. */
final class ChannelShuffleRuntime extends ChannelVertexRuntime {

    private static final long serialVersionUID = 1L;

    private final int groups;

    ChannelShuffleRuntime(ComputationGraph graph, String name, int index, ChannelShuffleVertex conf,
                          DataType dataType) {
        super(graph, name, index, conf.getFormat(), dataType);
        this.groups = conf.getGroups();
    }

    /** Channels of one input and the places in the output to which the shuffle takes them. */
    private record Move(int input, ChannelRange source, ChannelRange target) {
    }

    /** An input that spans a group's border is moved in pieces, one for each group. */
    private List<Move> moves(int[] inputChannels) {
        int total = 0;
        for (int channels : inputChannels) {
            total += channels;
        }
        int groupSize = total / groups;
        List<Move> moves = new ArrayList<>();
        int position = 0;
        for (int input = 0; input < inputChannels.length; input++) {
            int done = 0;
            while (done < inputChannels[input]) {
                int group = position / groupSize;
                int within = position % groupSize;
                int count = Math.min(inputChannels[input] - done, groupSize - within);
                moves.add(new Move(input, ChannelRange.consecutive(done, count),
                        new ChannelRange(within * groups + group, groups, count)));
                done += count;
                position += count;
            }
        }
        return moves;
    }

    private int[] inputChannels() {
        int[] channels = new int[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            channels[i] = channels(inputs[i]);
        }
        return channels;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        requireInputs();
        int[] inputChannels = inputChannels();
        long total = 0;
        for (int channels : inputChannels) {
            total += channels;
        }
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], total);
        for (Move move : moves(inputChannels)) {
            move.source().copy(inputs[move.input()], output, move.target(), format);
        }
        return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        requireEpsilon();
        int[] inputChannels = inputChannels();
        INDArray[] results = new INDArray[inputs.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, inputChannels[i]);
        }
        for (Move move : moves(inputChannels)) {
            move.target().copy(epsilon, results[move.input()], move.source(), format);
        }
        return new Pair<>(null, results);
    }

    @Override
    public String toString() {
        return "ChannelShuffle(name=\"" + getVertexName() + "\", groups=" + groups + ")";
    }
}
