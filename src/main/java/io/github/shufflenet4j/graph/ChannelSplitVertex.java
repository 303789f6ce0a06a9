package io.github.shufflenet4j.graph;

import java.util.Objects;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
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
public final class ChannelSplitVertex extends GraphVertex {

    private final int from;
    private final int to;
    private final CNN2DFormat format;

    /**
     * @param from   first channel, inclusive
     * @param to     last channel, exclusive
     * @param format layout of the activations
     * @throws IllegalArgumentException if the range is empty or starts below 0
     */
    public ChannelSplitVertex(@JsonProperty("from") int from, @JsonProperty("to") int to,
                              @JsonProperty("format") CNN2DFormat format) {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "channel range must satisfy 0 <= from < to, got from = " + from + ", to = " + to);
        }
        this.from = from;
        this.to = to;
        this.format = Objects.requireNonNull(format, "format");
    }

    /** First channel passed on. */
    public int getFrom() {
        return from;
    }

    /** The channel after the last one passed on. */
    public int getTo() {
        return to;
    }

    /** Layout of the activations. */
    public CNN2DFormat getFormat() {
        return format;
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
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 1;
    }

    @Override
    public int maxVertexInputs() {
        return 1;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(ComputationGraph graph, String name, int index,
            INDArray paramsView, boolean initializeParams, DataType networkDataType) {
        return new ChannelSplitRuntime(graph, name, index, this, networkDataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) throws InvalidInputTypeException {
        InputType.InputTypeConvolutional input = ConvolutionalInputs.single(this, format, inputs);
        if (to > input.getChannels()) {
            throw new InvalidInputTypeException(
                    this + " needs at least " + to + " channels, but its input has " + input.getChannels());
        }
        return InputType.convolutional(input.getHeight(), input.getWidth(), to - from, format);
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, ChannelSplitVertex.class, inputs[0], getOutputType(-1, inputs))
                .standardMemory(0, 0).workingMemory(0, 0, 0, 0).cacheMemory(0, 0).build();
    }
}
