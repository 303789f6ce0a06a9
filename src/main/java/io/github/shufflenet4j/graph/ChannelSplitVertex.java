package io.github.shufflenet4j.graph;

import java.util.Objects;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Channel split: passes on the channels {@code from} (inclusive) to {@code to} (exclusive) of one convolutional input.
 *
 * <p>Shapes: [N, C, H, W] to [N, to - from, H, W], or the same with channels last. Two of these vertices on one input
 * are the "channel split" of the ShuffleNet V2 unit (section 3.2, figure 3c) and torchvision's {@code chunk(2)}.
 *
 * <p>DL4J's own {@code SubsetVertex} reports a negative channel count for convolutional inputs in 1.0.0-M2.1, which
 * makes it unusable here.
 */
public final class ChannelSplitVertex extends ChannelVertex {

    private final int from;
    private final int to;

    /**
     * @param from   first channel, inclusive
     * @param to     last channel, exclusive
     * @param format layout of the activations
     * @throws IllegalArgumentException if the range is empty or starts below 0
     */
    public ChannelSplitVertex(@JsonProperty("from") int from, @JsonProperty("to") int to,
                              @JsonProperty("format") CNN2DFormat format) {
        super(format);
        Validate.isTrue(from >= 0 && to > from, "channel range must satisfy 0 <= from < to, got from = %s, to = %s",
                from, to);
        this.from = from;
        this.to = to;
    }

    /** First channel passed on. */
    public int getFrom() {
        return from;
    }

    /** The channel after the last one passed on. */
    public int getTo() {
        return to;
    }

    @Override
    public ChannelSplitVertex clone() {
        return new ChannelSplitVertex(from, to, format);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelSplitVertex that
                && from == that.from && to == that.to && format == that.format;
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to, format);
    }

    @Override
    public String toString() {
        return "ChannelSplitVertex(from=" + from + ", to=" + to + ", format=" + format + ")";
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(ComputationGraph graph, String name, int index,
            INDArray paramsView, boolean initializeParams, DataType networkDataType) {
        return new ChannelCopyRuntime(graph, name, index, format, networkDataType,
                channels -> ChannelCopy.split(channels[0], from, to));
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) throws InvalidInputTypeException {
        require(inputs.length == 1, "takes one input, got %s", inputs.length);
        InputType.InputTypeConvolutional input = convolutional(inputs[0]);
        require(to <= input.getChannels(), "needs at least %s channels, but its input has %s", to,
                input.getChannels());
        return InputType.convolutional(input.getHeight(), input.getWidth(), to - from, format);
    }
}
