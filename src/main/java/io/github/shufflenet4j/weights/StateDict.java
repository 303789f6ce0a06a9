package io.github.shufflenet4j.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The named tensors of a weight file, in the file's order and under the file's names.
 *
 * @param source the file
 * @param format what the file was recognised as
 * @param tensors unmodifiable; integers such as {@code num_batches_tracked} are among them, as floats
 * @param metadata what the file says of its network, if this library wrote it in a format with room for that
 */
public record StateDict(Path source, WeightFormat format, Map<String, Tensor> tensors,
                        Optional<ModelMetadata> metadata) {

    public StateDict {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Of a file without metadata. */
    public StateDict(Path source, WeightFormat format, Map<String, Tensor> tensors) {
        this(source, format, tensors, Optional.empty());
    }
}
