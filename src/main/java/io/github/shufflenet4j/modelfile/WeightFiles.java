package io.github.shufflenet4j.modelfile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.onnx.OnnxFile;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PaddleFile;
import io.github.shufflenet4j.weights.torch.PthFile;

/** Reads state dicts from files of all formats. */
public final class WeightFiles {

    /** Includes the start of a safetensors header, and the magic number of a pickle of any protocol. */
    private static final int HEAD = 32;

    /** The prefix of {@code DataParallel} and {@code DistributedDataParallel} to each key. */
    private static final String PARALLEL = "module.";

    /** A counter of {@code torch.optim.swa_utils.AveragedModel}. */
    private static final String AVERAGED = "n_averaged";

    private WeightFiles() {
    }

    /**
     * Reads a weight file of any {@link WeightFormat}, recognised by its first bytes and never by its name.
     *
     * <p>In a checkpoint with more than weights, the state dict is looked for under {@code state_dict}, {@code model},
     * {@code model_state_dict} and {@code model_ema}. A prefix {@code module.} of all keys is removed.
     * float16, bfloat16, float64 and integers are converted to float.
     *
     * @throws WeightFileException if the file is missing, damaged, hostile, of another kind, or without tensors
     */
    public static StateDict read(Path file) throws WeightFileException {
        WeightFormat format = formatOf(file);
        StateDict stored = read(file, format);
        Map<String, Tensor> tensors = withoutWrapper(stored.tensors());
        WeightFileException.throwIf(tensors.isEmpty(), file,
                "is a " + format + " file without tensors; save model.state_dict()");
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

    /** The tensors under the file's own names. */
    private static StateDict read(Path file, WeightFormat format) throws WeightFileException {
        return switch (format) {
            case ZIP_PTH, TORCHSCRIPT -> PthFile.readZip(file);
            case LEGACY_PTH -> new StateDict(file, format, PthFile.readLegacy(Bytes.of(file)));
            case PDPARAMS -> new StateDict(file, format, PaddleFile.read(Bytes.of(file)));
            case SAFETENSORS -> SafetensorsFile.read(file);
            case ONNX -> readOnnx(file);
        };
    }

    private static StateDict readOnnx(Path file) throws WeightFileException {
        try {
            return OnnxFile.read(file);
        } catch (NoClassDefFoundError e) {
            throw new WeightFileException(file, "is an ONNX file, which needs ND4J and Deeplearning4j on the class"
                    + " path; add them, or convert it to a .safetensors file", e);
        }
    }

    /** The format of a file; TorchScript is told from other zips when it is read. */
    private static WeightFormat formatOf(Path file) throws WeightFileException {
        Bytes head = Bytes.head(file, HEAD);
        byte[] start = head.array(head.remaining());
        if (start.length > SafetensorsFile.PREFIX && start[SafetensorsFile.PREFIX] == '{') {
            return WeightFormat.SAFETENSORS;
        }
        if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            return WeightFormat.ZIP_PTH;
        }
        if (start[0] == (byte) 0x80) { // the PROTO opcode, with which pickles of protocol 2 and later start
            return PthFile.startsAsLegacy(start) ? WeightFormat.LEGACY_PTH : WeightFormat.PDPARAMS;
        }
        if (OnnxFile.startsWith(start)) {
            return WeightFormat.ONNX;
        }
        throw head.fault(WeightFormat.UNKNOWN);
    }
}
