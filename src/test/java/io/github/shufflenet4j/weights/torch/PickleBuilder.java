package io.github.shufflenet4j.weights.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the opcodes that {@code torch.save} writes, and raw ones that it never would. */
public final class PickleBuilder {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> storageKeys = new ArrayList<>();

    public PickleBuilder() {
        raw(0x80, 2);
    }

    public PickleBuilder raw(int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
        return this;
    }

    public PickleBuilder op(String opcodes) {
        out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public PickleBuilder global(String module, String name) {
        return op("c" + module + "\n" + name + "\n");
    }

    public PickleBuilder text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op("X").int32(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    public PickleBuilder number(long value) {
        if (value >= 0 && value < 256) {
            return op("K").raw((int) value);
        }
        if (value == (int) value) {
            return op("J").int32((int) value);
        }
        return raw(0x8a, 8).int64(value);
    }

    public PickleBuilder int32(int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        return this;
    }

    public PickleBuilder int64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        return this;
    }

    public PickleBuilder tuple(long... values) {
        op("(");
        for (long value : values) {
            number(value);
        }
        return op("t");
    }

    /** The persistent id of a storage. */
    public PickleBuilder storage(String type, String key, long elements) {
        if (!storageKeys.contains(key)) {
            storageKeys.add(key);
        }
        return op("(").text("storage").global("torch", type).text(key).text("cpu").number(elements).op("NtQ");
    }

    public PickleBuilder tensor(String type, String key, long elements, long offset, long[] size, long[] stride) {
        return global("torch._utils", "_rebuild_tensor_v2").op("(")
                .storage(type, key, elements).number(offset).tuple(size).tuple(stride)
                .raw(0x89).global("collections", "OrderedDict").op(")RtR");
    }

    /** A NumPy array, its content as bytes from protocol 3 on, and before that as text to be encoded. */
    public PickleBuilder array(String code, String order, long[] shape, byte[] content, int protocol) {
        global(protocol < 3 ? "numpy.core.multiarray" : "numpy._core.multiarray", "_reconstruct").op("(")
                .global("numpy", "ndarray").tuple(0);
        content("b".getBytes(StandardCharsets.US_ASCII), protocol).op("tR(").number(1).tuple(shape);
        global("numpy", "dtype").op("(").text(code).raw(0x89, 0x88).op("tR(").number(3).text(order).op("NNN")
                .number(-1).number(-1).number(0).op("tb");
        return raw(0x89).content(content, protocol).op("tb");
    }

    private PickleBuilder content(byte[] bytes, int protocol) {
        if (protocol < 3) {
            return global("_codecs", "encode").op("(").text(new String(bytes, StandardCharsets.ISO_8859_1))
                    .text("latin1").op("tR");
        }
        op("B").int32(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** In the order in which they were first used. */
    public List<String> storageKeys() {
        return storageKeys;
    }

    public byte[] stop() {
        return op(".").bytes();
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
