package io.github.shufflenet4j.weights.torch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.ZipArchive;
import io.github.shufflenet4j.weights.torch.Unpickler.Tuple;

/**
 * The files of {@code torch.save}: since PyTorch 1.6 a zip of a pickle and one entry for each storage, before that a
 * sequence of pickles with the storages after them. And those of {@code torch.jit.save}: the zip with the program
 * beside the pickle.
 */
public final class PthFile {

    private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    /** The same number pickled: an opcode, its length, its little-endian bytes. */
    private static final String PICKLED_MAGIC = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";
    private static final long LEGACY_PROTOCOL = 1001;

    /** Keys of the state dict in checkpoints of training scripts, in order of preference. */
    private static final List<String> WRAPPERS = List.of("state_dict", "model", "model_state_dict", "model_ema");

    private static final String BIG_ENDIAN = "was written on a big-endian machine; save it on a little-endian one";
    private static final String METADATA_FILE = StateDict.METADATA_KEY + ".json";

    private PthFile() {
    }

    /**
     * Writes a model's state dict, complete for {@code load_state_dict(strict=True)} of its source's network, and its
     * metadata, which PyTorch ignores; see {@link PthWriter}.
     *
     * @return the keys of the tensors that stay in single precision although half was asked for
     * @throws IllegalArgumentException if the network is not the one that its metadata names
     */
    public static List<String> write(Path file, TrainedModel model, Precision precision) throws IOException {
        Map<String, Tensor> stateDict = NetworkWeights.stateDict(model);
        PthWriter.write(file, stateDict, precision, Map.of(METADATA_FILE,
                ModelMetadata.json(model.metadata()).getBytes(StandardCharsets.UTF_8)));
        return precision.keptSingle(stateDict);
    }

    /**
     * Whether a file with these first bytes is one of the older form: its magic number, in a pickle of any protocol.
     */
    public static boolean startsAsLegacy(byte[] start) {
        return new String(start, StandardCharsets.ISO_8859_1).contains(PICKLED_MAGIC);
    }

    /**
     * {@code PREFIX/data.pkl}, {@code PREFIX/data/KEY} and, in newer files, {@code PREFIX/byteorder}; in a TorchScript
     * archive also {@code PREFIX/code} and {@code PREFIX/constants.pkl}, which are ignored.
     */
    public static StateDict readZip(Path file) throws WeightFileException {
        Map<String, Bytes> entries;
        try (ZipArchive zip = ZipArchive.open(file)) {
            checkKind(file, zip.names());
            entries = zip.readAll();
        }
        boolean script = entries.keySet().stream().anyMatch(name -> name.matches("([^/]*/)?(constants\\.pkl|code/.*)"));
        String pickle = entries.keySet().stream().filter(PthFile::isPickle).findFirst().orElseThrow();
        String prefix = pickle.substring(0, pickle.length() - "data.pkl".length());
        Bytes in = entries.get(pickle);
        Bytes order = entries.get(prefix + "byteorder");
        in.throwIf(order != null && !order.text(order.remaining(), StandardCharsets.UTF_8).strip().equals("little"),
                BIG_ENDIAN);
        Map<String, Bytes> storages = new HashMap<>();
        String folder = prefix + "data/";
        long size = 0;
        for (var entry : entries.entrySet()) {
            if (entry.getKey().startsWith(folder)) {
                storages.put(entry.getKey().substring(folder.length()), entry.getValue());
            }
            size += entry.getValue().remaining();
        }
        if (!script) {
            Object root = new Unpickler(in).load();
            Bytes metadata = entries.get(prefix + PthWriter.EXTRA + METADATA_FILE);
            return new StateDict(file, WeightFormat.ZIP_PTH, tensors(stateDict(root, in), storages, size, in))
                    .withMetadata(metadata == null ? null
                            : metadata.text(metadata.remaining(), StandardCharsets.UTF_8));
        }
        if (!(Unpickler.ofScript(in).load() instanceof ScriptObject module)) {
            throw in.fault("is a TorchScript archive without a module; save model.state_dict() with torch.save");
        }
        return new StateDict(file, WeightFormat.TORCHSCRIPT, tensors(module.tensors(in), storages, size, in));
    }

    private static void checkKind(Path file, Set<String> names) throws WeightFileException {
        WeightFileException.throwIf(names.contains("configuration.json") && names.contains("coefficients.bin"), file,
                "is a Deeplearning4j model file, not a weight file");
        long pickles = names.stream().filter(PthFile::isPickle).count();
        WeightFileException.throwIf(pickles != 1, file, "is a zip with " + pickles
                + " entries named data.pkl where torch.save writes one, so " + WeightFormat.UNKNOWN);
    }

    private static boolean isPickle(String name) {
        return name.equals("data.pkl") || name.endsWith("/data.pkl");
    }

    /**
     * Pickles of a magic number, a version, the system, the object and the keys; then each key's count and elements.
     */
    public static Map<String, Tensor> readLegacy(Bytes in) throws WeightFileException {
        long size = in.remaining();
        in.throwIf(!LEGACY_MAGIC.equals(new Unpickler(in).load()),
                "is a pickle, but not one that torch.save wrote; save it with torch.save(model.state_dict(), …)");
        in.throwIf(!Long.valueOf(LEGACY_PROTOCOL).equals(new Unpickler(in).load()),
                "is of a version of the legacy .pth format other than %s; save it again", LEGACY_PROTOCOL);
        in.throwIf(new Unpickler(in).load() instanceof Map<?, ?> system
                && Boolean.FALSE.equals(system.get("little_endian")), BIG_ENDIAN);
        Unpickler unpickler = new Unpickler(in);
        Object root = unpickler.load();
        Map<String, Bytes> storages = new HashMap<>();
        if (!(new Unpickler(in).load() instanceof List<?> keys)) {
            throw in.fault("has no list of storages where the legacy .pth format has one; fetch or save it again");
        }
        for (Object key : keys) {
            DType type = key instanceof String ? unpickler.storages().get(key) : null;
            in.throwIf(type == null || storages.containsKey(key),
                    "lists a storage twice, or one that no tensor uses; fetch or save it again");
            long elements = in.signedLong();
            in.throwIf(elements < 0 || elements > in.remaining() / type.size(),
                    "is damaged or cut short: storage '%s' should have %s elements of %s bytes where %s bytes are left;"
                    + " fetch or save it again", key, Long.toUnsignedString(elements), type.size(), in.remaining());
            storages.put((String) key, in.take(elements * type.size()));
        }
        return tensors(stateDict(root, in), storages, size, in);
    }

    /**
     * Gathers the tensors of a state dict.
     *
     * @param size the bytes of the file, unpacked: windows that overlap or repeat may not claim more elements than that
     */
    private static Map<String, Tensor> tensors(Map<?, ?> stateDict, Map<String, Bytes> storages, long size, Bytes in)
            throws WeightFileException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long left = size;
        for (var entry : stateDict.entrySet()) {
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof StoredTensor tensor)) {
                throw in.fault("has an entry '" + entry.getKey()
                        + "' that is not a tensor; save model.state_dict() alone");
            }
            Bytes storage = storages.get(tensor.storage().key());
            in.throwIf(storage == null, "lacks the storage '%s' of tensor '%s'; fetch or save it again",
                    tensor.storage().key(), name);
            left -= tensor.elements();
            in.throwIf(left < 0, "claims tensors of more elements than it has bytes; fetch or save it again");
            tensors.put(name, tensor.gather(name, storage));
        }
        return tensors;
    }

    private static Map<?, ?> stateDict(Object root, Bytes in) throws WeightFileException {
        if (root instanceof Map<?, ?> map) {
            for (String wrapper : WRAPPERS) {
                if (map.get(wrapper) instanceof Map<?, ?> wrapped) {
                    return wrapped;
                }
            }
            return map;
        }
        String kind = root instanceof StoredTensor ? "a single tensor"
                : root instanceof List || root instanceof Tuple ? "a sequence"
                : "a single value";
        throw in.fault("holds " + kind + ", not a state dict; save model.state_dict()");
    }
}
