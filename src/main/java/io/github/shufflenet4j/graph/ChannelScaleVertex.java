package io.github.shufflenet4j.graph;

import java.util.Objects;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Multiplies each channel of each image by a factor: the last step of squeeze and excitation (Hu, Shen and Sun, 2017,
 * section 3.2).
 *
 * <p>Shapes: planes [N, C, H, W] and factors [N, C] to [N, C, H, W], or the same with channels last.
 */
public final class ChannelScaleVertex extends ChannelVertex {

    private static final int INPUTS = 2;

    /** @param format layout of the planes */
    public ChannelScaleVertex(@JsonProperty("format") CNN2DFormat format) {
        super(format);
    }

    @Override
    public ChannelScaleVertex clone() {
        return new ChannelScaleVertex(format);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelScaleVertex that && format == that.format;
    }

    @Override
    public int hashCode() {
        return Objects.hash(ChannelScaleVertex.class, format);
    }

    @Override
    public String toString() {
        return "ChannelScaleVertex(format=" + format + ")";
    }

    @Override
    public int minVertexInputs() {
        return INPUTS;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(ComputationGraph graph, String name, int index,
            INDArray paramsView, boolean initializeParams, DataType networkDataType) {
        return new ChannelScaleRuntime(graph, name, index, format, networkDataType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) throws InvalidInputTypeException {
        require(inputs.length == INPUTS, "takes planes and factors, got %s inputs", inputs.length);
        InputType.InputTypeConvolutional planes = convolutional(inputs[0]);
        require(inputs[1] instanceof InputType.InputTypeFeedForward factors
                && factors.getSize() == planes.getChannels(),
                "takes a factor for each of %s channels, got %s", planes.getChannels(), inputs[1]);
        return planes;
    }

    @Override
    long trainingMemory(InputType input) {
        return input.arrayElementsPerExample();
    }
}
