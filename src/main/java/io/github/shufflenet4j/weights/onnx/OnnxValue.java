package io.github.shufflenet4j.weights.onnx;

/** A value in an ONNX graph, as far as it is known without running the graph. */
sealed interface OnnxValue permits OnnxActivation, OnnxValue.Constant, OnnxValue.Scaled, OnnxValue.Sizes {

    /** A tensor of the file, or its transpose. */
    record Constant(OnnxTensor tensor, boolean transposed) implements OnnxValue {
    }

    /** Weights of a convolution, multiplied by a number for each output. */
    record Scaled(Constant weights, Constant scale) implements OnnxValue {
    }

    /** A row of sizes computed from the shapes of activations, or a single one without axes. */
    record Sizes(long[] values, boolean scalar) implements OnnxValue {
    }
}
