package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.apache.commons.lang3.Validate;

/**
 * A size in a graph: a number, times the sizes that only a run will know, such as the height of the input.
 *
 * <p>Operations throw {@link IllegalArgumentException} or {@link ArithmeticException} where there is no result.
 *
 * @param factor   the number
 * @param unknowns names of the sizes that are not known, sorted
 */
record OnnxSize(long factor, List<String> unknowns) {

    static final OnnxSize ONE = of(1);

    /** Far more than the product of all sizes of an image; products of products must not grow without end. */
    private static final int MAX_UNKNOWNS = 16;
    private static final int MAX_NAME_LENGTH = 100;

    static OnnxSize of(long number) {
        return new OnnxSize(number, List.of());
    }

    static OnnxSize unknown(String name) {
        return new OnnxSize(1, List.of(name));
    }

    static OnnxSize product(List<OnnxSize> sizes) {
        return sizes.stream().reduce(ONE, OnnxSize::times);
    }

    boolean isNumber() {
        return unknowns.isEmpty();
    }

    long number() {
        Validate.isTrue(isNumber(), "needs a number where the size %s is", this);
        return factor;
    }

    OnnxSize times(OnnxSize other) {
        List<String> product = new ArrayList<>(unknowns);
        product.addAll(other.unknowns);
        Validate.isTrue(product.size() <= MAX_UNKNOWNS, "multiplies too many sizes");
        Collections.sort(product);
        return new OnnxSize(Math.multiplyExact(factor, other.factor), List.copyOf(product));
    }

    /** The quotient, if it is one without remainder. */
    Optional<OnnxSize> dividedBy(OnnxSize other) {
        if (other.factor == 0 || factor % other.factor != 0) {
            return Optional.empty();
        }
        List<String> quotient = new ArrayList<>(unknowns);
        for (String unknown : other.unknowns) {
            if (!quotient.remove(unknown)) {
                return Optional.empty();
            }
        }
        return Optional.of(new OnnxSize(factor / other.factor, List.copyOf(quotient)));
    }

    /** Output size of a window that moves over this size, padded on both sides. */
    OnnxSize windows(long kernel, long stride, long padding) {
        if (isNumber()) {
            long places = Math.floorDiv(Math.addExact(factor, 2 * padding) - kernel, stride) + 1;
            Validate.isTrue(places >= 1, "does not fit its input of size %s", factor);
            return of(places);
        }
        if (stride == 1 && 2 * padding == kernel - 1) {
            return this;
        }
        String name = this + "/" + stride;
        Validate.isTrue(name.length() <= MAX_NAME_LENGTH, "comes after more strides than an image has room for");
        return unknown(name);
    }

    @Override
    public String toString() {
        String product = String.join("*", unknowns);
        return isNumber() ? Long.toString(factor) : factor == 1 ? product : factor + "*" + product;
    }
}
