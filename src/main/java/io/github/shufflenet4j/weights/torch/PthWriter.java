package io.github.shufflenet4j.weights.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.Tensor;

/**
 * Writes a state dict as {@code torch.save} does since PyTorch 1.6: a zip, uncompressed, of a pickle and one entry for
 * each storage, whose bytes start at a multiple of 64. {@code torch.load} reads it, also with
 * {@code weights_only=True}.
 *
 * <p>In single precision each tensor has its own storage. In half precision the tensors of a type share one, as views:
 * some 300 entries in the zip would take a tenth of the file.
 */
public final class PthWriter {

    /** The folder of all entries of the archive. */
    private static final String ROOT = "archive/";
    /** The folder of further files, called as {@code torch.jit.save} calls it; PyTorch ignores them. */
    static final String EXTRA = "extra/";

    private static final int ALIGNMENT = 64;
    /** The same content is the same file. */
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2018, 7, 30, 0, 0);

    private PthWriter() {
    }

    /** A tensor's place: {@code offset} is in elements of its storage. */
    private record Place(Storage storage, int offset) {
    }

    /** The values of one or more tensors of a type. */
    private static final class Storage {

        private final String key;
        private final DType type;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Storage(String key, DType type) {
            this.key = key;
            this.type = type;
        }

        int elements() {
            return content.size() / type.size();
        }

        Place add(Tensor tensor) throws IOException {
            Place place = new Place(this, elements());
            tensor.writeTo(content, type);
            return place;
        }
    }

    /** Writes tensors, in the map's order, and further entries by name; atomically, replacing what was there. */
    public static void write(Path file, Map<String, Tensor> tensors, Precision precision, Map<String, byte[]> extra)
            throws IOException {
        Map<Object, Storage> storages = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        for (var named : tensors.entrySet()) {
            DType type = precision.type(named.getKey(), named.getValue());
            Storage storage = storages.computeIfAbsent(precision == Precision.FP16 ? type : named.getKey(),
                    owner -> new Storage(Integer.toString(storages.size()), type));
            places.put(named.getKey(), storage.add(named.getValue()));
        }
        AtomicFile.write(file, out -> {
            try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
                entry(zip, "data.pkl", pickle(tensors, places));
                entry(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
                for (Storage storage : storages.values()) {
                    entry(zip, "data/" + storage.key, storage.content.toByteArray());
                }
                for (var named : extra.entrySet()) {
                    entry(zip, EXTRA + named.getKey(), named.getValue());
                }
                entry(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    private static void entry(ZipArchiveOutputStream zip, String name, byte[] content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(ROOT + name);
        entry.setTimeLocal(ENTRY_TIME);
        entry.setMethod(ZipEntry.STORED);
        entry.setAlignment(ALIGNMENT);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.putArchiveEntry(entry);
        zip.write(content);
        zip.closeArchiveEntry();
    }

    /** An OrderedDict of tensors, in protocol 2. */
    private static byte[] pickle(Map<String, Tensor> tensors, Map<String, Place> places) {
        Pickle pickle = new Pickle();
        pickle.op(0x80, 2).global("collections", "OrderedDict").op(')', 'R', '(');
        for (var named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            Place place = places.get(named.getKey());
            pickle.text(named.getKey()).global("torch._utils", "_rebuild_tensor_v2").op('(');
            pickle.op('(').text("storage").global("torch", place.storage.type.torchStorage())
                    .text(place.storage.key).text("cpu").number(place.storage.elements()).op('t', 'Q');
            long[] shape = Tensor.longShape(tensor.shape());
            pickle.number(place.offset).tuple(shape).tuple(StoredTensor.strides(shape, false));
            pickle.op(0x89).global("collections", "OrderedDict").op(')', 'R', 't', 'R'); // False, no hooks
        }
        return pickle.op('u', '.').bytes();
    }

    /** The few opcodes that are needed; {@link Unpickler} names them. */
    private static final class Pickle {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle op(int... opcodes) {
            for (int opcode : opcodes) {
                out.write(opcode);
            }
            return this;
        }

        Pickle global(String module, String name) {
            out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        Pickle text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.write('X');
            return int32(utf8.length).raw(utf8);
        }

        Pickle number(int value) {
            return value < 256 ? op('K', value) : op('J').int32(value);
        }

        Pickle tuple(long... values) {
            op('(');
            LongStream.of(values).forEach(value -> number((int) value));
            return op('t');
        }

        private Pickle int32(int value) {
            return raw(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        }

        private Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
