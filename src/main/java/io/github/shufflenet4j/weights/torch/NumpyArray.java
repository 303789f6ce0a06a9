package io.github.shufflenet4j.weights.torch;

import java.util.Optional;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.torch.StoredTensor.Storage;

/**
 * A NumPy array as a pickle builds it: empty at first, then filled by its state, which is not checked until the array
 * is {@linkplain #gather gathered}.
 */
final class NumpyArray {

    /** NumPy's element type: its code, such as {@code f4}, and its byte order, which a state sets later. */
    static final class Type {

        private final String code;
        private String order = "|";

        Type(String code) {
            this.code = code;
        }

        /** @param byteOrder {@code <}, {@code >}, {@code =} (the machine's own) or {@code |} (single bytes) */
        void setOrder(String byteOrder) {
            this.order = byteOrder.equals("=") ? "<" : byteOrder;
        }

        Optional<DType> known() {
            return DType.ofNpy(order + code);
        }

        @Override
        public String toString() {
            return order + code;
        }
    }

    private long[] shape = {};
    private Type type = new Type("f4");
    private boolean columnsFirst;
    private byte[] content = {};

    void fill(long[] newShape, Type newType, boolean fortranOrder, byte[] newContent) {
        this.shape = newShape;
        this.type = newType;
        this.columnsFirst = fortranOrder;
        this.content = newContent;
    }

    /** The number of elements that the array claims; -1 if no array could have them. */
    long elements() {
        return Tensor.elements(shape);
    }

    /** @throws WeightFileException if its type is not read, or its bytes are not those of its shape */
    Tensor gather(String name, Bytes in) throws WeightFileException {
        DType known = type.known().orElseThrow(() -> in.fault("has the array '" + name + "' of NumPy's type '" + type
                + "', which is not read; save it as float32"));
        in.throwIf(elements() < 0 || content.length != elements() * known.size(),
                "is damaged: the array '%s' has %s bytes, which are not those of its shape; fetch or save it again",
                name, content.length);
        return new StoredTensor(new Storage(name, known, 0, elements()), 0, shape,
                StoredTensor.strides(shape, columnsFirst)).gather(name, in.sibling(content));
    }
}
