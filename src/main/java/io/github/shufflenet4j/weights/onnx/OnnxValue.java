package io.github.shufflenet4j.weights.onnx;

import java.util.List;

/** What is known of a value in an ONNX graph without running it. */
sealed interface OnnxValue permits OnnxActivation, OnnxValue.Constant, OnnxValue.Sizes {

    /**
     * A tensor of the file.
     *
     * @param transposed whether its two axes are exchanged
     */
    record Constant(OnnxTensor tensor, boolean transposed) implements OnnxValue {
    }

    /**
     * A row of sizes, worked out from the shapes of activations, or a single one.
     *
     * @param scalar whether it is a number without axes
     */
    record Sizes(List<OnnxSize> values, boolean scalar) implements OnnxValue {
    }
}
