package io.github.shufflenet4j.weights;

import java.util.List;
import java.util.Map;

/** How many bits a file spends on each weight. Values are widened when they are read. */
public enum Precision {

    /** Single precision: every value to the bit. */
    FP32,

    /**
     * Half precision, IEEE 754's binary16, in which values are rounded to the nearest, ties to even. Tensors that do
     * not {@linkplain #keptSingle fit} stay single.
     */
    FP16;

    /** The type in which a tensor of a state dict is written. */
    public DType type(String key, Tensor tensor) {
        DType single = DType.inStateDict(key);
        return this == FP16 && single == DType.F32 && fitsHalf(tensor) ? DType.F16 : single;
    }

    /**
     * The keys of the tensors that stay in single precision although half was asked for, in the map's order: those
     * with a value that overflows, and vectors with one that would become 0. Single weights of a convolution may
     * become 0: batch norm, which divides by at least the square root of its epsilon, magnifies that error of at most
     * 2^-25 to 1e-5.
     */
    public List<String> keptSingle(Map<String, Tensor> tensors) {
        return this == FP32 ? List.of() : tensors.keySet().stream()
                .filter(key -> type(key, tensors.get(key)) == DType.F32).toList();
    }

    private static boolean fitsHalf(Tensor tensor) {
        int vanished = 0;
        int left = 0;
        for (float value : tensor.data()) {
            float half = DType.halfToFloat(DType.floatToHalf(value));
            if (Float.isInfinite(half) && !Float.isInfinite(value)) {
                return false;
            }
            vanished += value != 0 && half == 0 ? 1 : 0;
            left += half != 0 ? 1 : 0;
        }
        return vanished == 0 || tensor.shape().length > 1 && left > 0;
    }
}
