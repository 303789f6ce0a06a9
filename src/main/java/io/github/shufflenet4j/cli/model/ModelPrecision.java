package io.github.shufflenet4j.cli.model;

import io.github.shufflenet4j.weights.Precision;

/** The values of {@code --precision}. */
public enum ModelPrecision {

    FP32, FP16, INT8;

    /** How files store weights in a floating-point precision. */
    Precision ofWeights() {
        return this == FP16 ? Precision.FP16 : Precision.FP32;
    }
}
