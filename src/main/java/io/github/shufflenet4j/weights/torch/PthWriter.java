package io.github.shufflenet4j.weights.torch;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;

/**
 * Writes a state dict as {@code torch.save} does since PyTorch 1.6: a zip, uncompressed, of a pickle and one entry for
 * each tensor's storage, whose bytes start at a multiple of 64. {@code torch.load} reads it, also with
 * {@code weights_only=True}.
 */
public final class PthWriter {

    /** The folder that everything in the archive is in. */
    private static final String ROOT = "archive/";
    /** Files beside the tensors, as {@code torch.jit.save} calls their folder; PyTorch leaves them alone. */
    static final String EXTRA = "extra/";

    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int PADDING_HEADER = 4;
    /** Marks an extra field of a zip entry as PyTorch's padding. */
    private static final byte[] PADDING_MARK = {'F', 'B'};
    /** The same content is the same file. */
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2018, 7, 30, 0, 0);

    private PthWriter() {
    }

    /** Writes tensors, in the map's order, and further entries by name; atomically, replacing what was there. */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, byte[]> extra) throws IOException {
        AtomicFile.write(file, out -> {
            Counter counter = new Counter(out);
            try (ZipOutputStream zip = new ZipOutputStream(counter)) {
                zip.setMethod(ZipOutputStream.STORED);
                entry(zip, counter, "data.pkl", pickle(tensors));
                entry(zip, counter, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
                int key = 0;
                for (var named : tensors.entrySet()) {
                    ByteArrayOutputStream content = new ByteArrayOutputStream();
                    named.getValue().writeTo(content, DType.inStateDict(named.getKey()));
                    entry(zip, counter, "data/" + key++, content.toByteArray());
                }
                for (var named : extra.entrySet()) {
                    entry(zip, counter, EXTRA + named.getKey(), named.getValue());
                }
                entry(zip, counter, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    /** Knows how far the archive has come. */
    private static final class Counter extends FilterOutputStream {

        private long count;

        Counter(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }

    private static void entry(ZipOutputStream zip, Counter counter, String name, byte[] content) throws IOException {
        String path = ROOT + name;
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(ENTRY_TIME);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.flush();
        long bare = counter.count + LOCAL_HEADER + path.length() + PADDING_HEADER;
        int padding = (int) ((ALIGNMENT - bare % ALIGNMENT) % ALIGNMENT);
        ByteBuffer field = ByteBuffer.allocate(PADDING_HEADER + padding).order(ByteOrder.LITTLE_ENDIAN)
                .put(PADDING_MARK).putShort((short) padding);
        Arrays.fill(field.array(), PADDING_HEADER, PADDING_HEADER + padding, (byte) 'Z');
        entry.setExtra(field.array());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** An OrderedDict of tensors, in protocol 2. */
    private static byte[] pickle(Map<String, Tensor> tensors) {
        Pickle pickle = new Pickle();
        pickle.op(0x80, 2).global("collections", "OrderedDict").op(')', 'R', '(');
        int key = 0;
        for (var named : tensors.entrySet()) {
            Tensor tensor = named.getValue();
            pickle.text(named.getKey()).global("torch._utils", "_rebuild_tensor_v2").op('(');
            pickle.op('(').text("storage").global("torch", DType.inStateDict(named.getKey()).torchStorage())
                    .text(Integer.toString(key++)).text("cpu").number(tensor.data().length).op('t', 'Q');
            pickle.number(0).tuple(tensor.shape()).tuple(strides(tensor.shape()));
            pickle.op(0x89).global("collections", "OrderedDict").op(')', 'R', 't', 'R'); // False, no hooks
        }
        return pickle.op('u', '.').bytes();
    }

    private static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int step = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= Math.max(1, shape[axis]);
        }
        return strides;
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

        Pickle tuple(int... values) {
            op('(');
            for (int value : values) {
                number(value);
            }
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
