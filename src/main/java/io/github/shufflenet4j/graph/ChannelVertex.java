package io.github.shufflenet4j.graph;

import java.util.Objects;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;

/** A vertex without parameters on the channels of convolutional activations in one layout. */
public abstract sealed class ChannelVertex extends GraphVertex
        permits ChannelScaleVertex, ChannelShuffleVertex, ChannelSplitVertex {

    final CNN2DFormat format;

    ChannelVertex(CNN2DFormat format) {
        this.format = Objects.requireNonNull(format, "format");
    }

    /** Layout of the activations. */
    public CNN2DFormat getFormat() {
        return format;
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
        return minVertexInputs();
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, getClass(), inputs[0], getOutputType(-1, inputs))
                .standardMemory(0, 0).workingMemory(0, 0, 0, trainingMemory(inputs[0])).cacheMemory(0, 0).build();
    }

    /** Elements of working memory for each example in training. */
    long trainingMemory(InputType input) {
        return 0;
    }

    /** @throws InvalidInputTypeException if {@code input} is not convolutional, or of another layout */
    final InputType.InputTypeConvolutional convolutional(InputType input) {
        if (!(input instanceof InputType.InputTypeConvolutional convolutional)) {
            throw new InvalidInputTypeException(this + " takes convolutional activations, got " + input);
        }
        require(convolutional.getFormat() == format, "expects %s activations, got %s", format,
                convolutional.getFormat());
        return convolutional;
    }

    /** Unless an input is valid, throws an {@link InvalidInputTypeException} of this vertex and the formatted fault. */
    final void require(boolean valid, String fault, Object... values) {
        if (!valid) {
            throw new InvalidInputTypeException(this + " " + String.format(fault, values));
        }
    }
}
