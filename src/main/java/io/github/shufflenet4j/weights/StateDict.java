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

    /** What {@code DataParallel} and {@code DistributedDataParallel} put before each key. */
    private static final String PARALLEL = "module.";

    /** The counter that {@code torch.optim.swa_utils.AveragedModel} keeps beside its {@code module.}. */
    private static final String AVERAGED = "n_averaged";

    public StateDict {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Of a file that says nothing of its network. */
    StateDict(Path source, WeightFormat format, Map<String, Tensor> tensors) {
        this(source, format, tensors, Optional.empty());
    }

    /**
     * Reads a weight file of any {@link WeightFormat}, recognised by its content.
     *
     * <p>In a checkpoint with more than weights, the state dict is looked for under {@code state_dict}, {@code model},
     * {@code model_state_dict} and {@code model_ema}. A {@code module.} that all keys start with is taken off.
     * float16, bfloat16, float64 and integers are converted to float.
     *
     * @throws WeightFileException if the file is missing, damaged, hostile, of another kind, or without tensors
     */
    public static StateDict read(Path file) throws WeightFileException {
        WeightFormat format = WeightFormat.of(file);
        StateDict stored = format.read(file);
        Map<String, Tensor> tensors = withoutWrapper(stored.tensors());
        if (tensors.isEmpty()) {
            throw new WeightFileException(file, "is a " + format + " file without tensors; save model.state_dict()");
        }
        return new StateDict(file, stored.format(), tensors, stored.metadata());
    }

    private static Map<String, Tensor> withoutWrapper(Map<String, Tensor> tensors) {
        Map<String, Tensor> bare = new LinkedHashMap<>();
        for (var named : tensors.entrySet()) {
            if (named.getKey().startsWith(PARALLEL)) {
                bare.put(named.getKey().substring(PARALLEL.length()), named.getValue());
            } else if (!named.getKey().equals(AVERAGED)) {
                return tensors;
            }
        }
        return bare;
    }
}
