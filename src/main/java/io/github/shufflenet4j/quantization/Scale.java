package io.github.shufflenet4j.quantization;

import org.apache.commons.lang3.Validate;

/**
 * How activations become unsigned bytes: {@code code = round(value / step) + zero}, ties to even, clamped to 0 to 255.
 *
 * @param step value of one code, above 0
 * @param zero the code of 0, which padding has
 */
record Scale(float step, int zero) {

    static final int MAX_CODE = 255;

    Scale {
        Validate.isTrue(step > 0 && step <= Float.MAX_VALUE, "step must be above 0 and finite, got %s", step);
        Validate.isTrue(zero >= 0 && zero <= MAX_CODE, "zero must be from 0 to 255, got %s", zero);
    }

    /** The scale whose codes cover a range, widened to include 0; of a range that is only 0, some scale. */
    static Scale of(double low, double high) {
        double from = Math.min(0, low);
        double to = Math.max(0, high);
        // Steps below the smallest normal number lose precision, and no network needs them.
        float step = (float) Math.max(Float.MIN_NORMAL, (to - from) / MAX_CODE);
        return new Scale(to == from ? 1 : step, to == from ? 0 : (int) Math.rint(-from / step));
    }

    /** In single precision, as ONNX Runtime does. */
    int code(float value) {
        return clamp((int) Math.rint(value / step));
    }

    /** The code of a number of steps. */
    int clamp(int steps) {
        return Math.max(0, Math.min(MAX_CODE, steps + zero));
    }

    /** The value of a code. */
    float value(int code) {
        return (code - zero) * step;
    }
}
