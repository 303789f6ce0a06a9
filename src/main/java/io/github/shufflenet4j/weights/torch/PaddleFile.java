package io.github.shufflenet4j.weights.torch;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/** The files of {@code paddle.save(layer.state_dict(), "x.pdparams")}: a pickled dict of NumPy arrays. */
public final class PaddleFile {

    /** A table of names beside the arrays, which is ignored. */
    private static final String NAMES = "StructuredToParameterName@@";

    private PaddleFile() {
    }

    public static Map<String, Tensor> read(Bytes in) throws WeightFileException {
        long left = in.remaining();
        if (!(new Unpickler(in).load() instanceof Map<?, ?> arrays)) {
            throw in.fault("is a pickle, but neither one that torch.save wrote nor one of paddle.save; save the"
                    + " network's state_dict()");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (var entry : arrays.entrySet()) {
            if (NAMES.equals(entry.getKey())) {
                continue;
            }
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof NumpyArray array)) {
                throw in.fault("has an entry '" + entry.getKey() + "' that is not an array; save the network's"
                        + " state_dict() alone, with torch.save or paddle.save");
            }
            left -= array.elements(); // the same array under many names may not claim more than the file has
            if (left < 0) {
                throw in.fault("claims arrays of more elements than it has bytes; fetch or save it again");
            }
            tensors.put(name, array.gather(name, in));
        }
        return tensors;
    }
}
