package io.github.shufflenet4j.graph;

import java.util.Objects;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

import io.github.shufflenet4j.check.Checks;

/**
 * Concatenation and channel shuffle in one pass: every input is written straight to its shuffled place.
 *
 * <p>The inputs' channels, one input after the other, form C channels in {@code groups} groups of C / groups; channel
 * {@code j} of group {@code i} becomes output channel {@code j * groups + i}. That is the reshape, transpose, reshape
 * of the channel shuffle (ShuffleNet V1, section 3.1), and torchvision's
 * {@code channel_shuffle(torch.cat(inputs, 1), groups)}. With one group it is a plain concatenation. A shuffle with
 * C / groups groups is the inverse of one with {@code groups}.
 *
 * <p>Shapes: [N, C<sub>k</sub>, H, W] for each input to [N, sum of C<sub>k</sub>, H, W], or the same with channels
 * last.
 */
public final class ChannelShuffleVertex extends ChannelVertex {

    private final int groups;

    /**
     * @param groups number of groups; must divide the total number of channels
     * @param format layout of the activations
     * @throws IllegalArgumentException if {@code groups} is below 1
     */
    public ChannelShuffleVertex(@JsonProperty("groups") int groups, @JsonProperty("format") CNN2DFormat format) {
        super(format);
        this.groups = Checks.atLeast("groups", groups, 1);
    }

    /** Number of groups that are interleaved. */
    public int getGroups() {
        return groups;
    }

    @Override
    public ChannelShuffleVertex clone() {
        return new ChannelShuffleVertex(groups, format);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelShuffleVertex that && groups == that.groups && format == that.format;
    }

    @Override
    public int hashCode() {
        return Objects.hash(groups, format);
    }

    @Override
    public String toString() {
        return "ChannelShuffleVertex(groups=" + groups + ", format=" + format + ")";
    }

    @Override
    public int maxVertexInputs() {
        return Integer.MAX_VALUE;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(ComputationGraph graph, String name, int index,
            INDArray paramsView, boolean initializeParams, DataType networkDataType) {
        return new ChannelCopyRuntime(graph, name, index, format, networkDataType,
                channels -> ChannelCopy.shuffle(channels, groups));
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) throws InvalidInputTypeException {
        require(inputs.length > 0, "takes at least one input");
        InputType.InputTypeConvolutional first = convolutional(inputs[0]);
        long channels = 0;
        for (InputType input : inputs) {
            InputType.InputTypeConvolutional next = convolutional(input);
            require(next.getHeight() == first.getHeight() && next.getWidth() == first.getWidth(),
                    "cannot join planes of %sx%s with planes of %sx%s", first.getHeight(), first.getWidth(),
                    next.getHeight(), next.getWidth());
            channels += next.getChannels();
        }
        require(channels % groups == 0, "cannot divide %s channels evenly", channels);
        return InputType.convolutional(first.getHeight(), first.getWidth(), channels, format);
    }
}
