package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;

/** Checks that the inputs of a vertex are convolutional activations in its own layout. */
final class ConvolutionalInputs {

    private ConvolutionalInputs() {
    }

    static InputType.InputTypeConvolutional single(GraphVertex vertex, CNN2DFormat format, InputType... inputs) {
        if (inputs.length != 1) {
            throw new InvalidInputTypeException(vertex + " takes one input, got " + inputs.length);
        }
        return convolutional(vertex, format, inputs[0]);
    }

    static InputType.InputTypeConvolutional convolutional(GraphVertex vertex, CNN2DFormat format, InputType input) {
        if (!(input instanceof InputType.InputTypeConvolutional convolutional)) {
            throw new InvalidInputTypeException(vertex + " takes convolutional activations, got " + input);
        }
        if (convolutional.getFormat() != format) {
            throw new InvalidInputTypeException(
                    vertex + " expects " + format + " activations, got " + convolutional.getFormat());
        }
        return convolutional;
    }
}
