package io.github.shufflenet4j.weights.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as {@code torch.save} lays them out, from a pickle and the bytes of its storages. */
public final class TorchFiles {

    private TorchFiles() {
    }

    public static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    public static byte[] zipPth(byte[] pickle, Map<String, byte[]> storages) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        storages.forEach((key, bytes) -> entries.put("archive/data/" + key, bytes));
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return zip(entries, ZipEntry.STORED);
    }

    public static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setMethod(method);
                CRC32 crc = new CRC32();
                crc.update(named.getValue());
                entry.setCrc(crc.getValue());
                entry.setSize(named.getValue().length);
                zip.putNextEntry(entry);
                zip.write(named.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** @param elementSizes bytes for each element of a storage, by key */
    public static byte[] legacyPth(PickleBuilder pickle, Map<String, byte[]> storages,
                                   Map<String, Integer> elementSizes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new PickleBuilder()
                .raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).stop());
        out.writeBytes(new PickleBuilder().number(1001).stop());
        out.writeBytes(new PickleBuilder().op("}(")
                .text("protocol_version").number(1001).text("little_endian").raw(0x88).op("u").stop());
        out.writeBytes(pickle.stop());
        PickleBuilder keys = new PickleBuilder().op("](");
        pickle.storageKeys().forEach(keys::text);
        out.writeBytes(keys.op("e").stop());
        for (String key : pickle.storageKeys()) {
            byte[] storage = storages.get(key);
            out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(storage.length / elementSizes.get(key)).array());
            out.writeBytes(storage);
        }
        return out.toByteArray();
    }

    /** {@code weight}[2, 3] = 1..6 of float32 and {@code bn.count} = 7 of int64, within an OrderedDict. */
    public static PickleBuilder smallPickle() {
        return new PickleBuilder().global("collections", "OrderedDict").op(")R(")
                .text("weight").tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
                .text("bn.count").tensor("LongStorage", "1", 1, 0, new long[0], new long[0])
                .op("u");
    }

    public static Map<String, byte[]> smallStorages() {
        return Map.of(
                "0", floats(1, 2, 3, 4, 5, 6),
                "1", ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(7).array());
    }

    public static byte[] smallZip() throws IOException {
        return zipPth(smallPickle().stop(), smallStorages());
    }

    public static byte[] smallLegacy() {
        return legacyPth(smallPickle(), smallStorages(), Map.of("0", 4, "1", 8));
    }

    /** As {@code torch.jit.save} lays it out, with a program that nobody should run. */
    public static byte[] script(byte[] pickle, Map<String, byte[]> storages) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("m/data.pkl", pickle);
        entries.put("m/code/__torch__.py", "raise SystemExit".getBytes(StandardCharsets.US_ASCII));
        entries.put("m/constants.pkl", new PickleBuilder().op(").").bytes());
        storages.forEach((key, bytes) -> entries.put("m/data/" + key, bytes));
        entries.put("m/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return zip(entries, ZipEntry.STORED);
    }

    /** The same two tensors in a module, {@code bn.count} in one within it, beside attributes of other kinds. */
    public static byte[] smallScript() throws IOException {
        return script(new PickleBuilder().global("__torch__.net", "Net").op(")").raw(0x81).op("}(")
                .text("training").raw(0x89).text("_is_full_backward_hook").op("N")
                .text("padding").global("torch.jit._pickle", "build_intlist").op("(](").number(1).number(2).op("etR")
                .text("names").global("torch.jit._pickle", "restore_type_tag").op("(}").text("Dict[str, int]").op("tR")
                .text("weight").tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
                .text("bn").global("__torch__.torch.nn.___torch_mangle_3", "BatchNorm2d").op(")").raw(0x81).op("}(")
                .text("count").tensor("LongStorage", "1", 1, 0, new long[0], new long[0]).op("ub")
                .op("ub").stop(), smallStorages());
    }

    /** The same two tensors as {@code paddle.save} has them. */
    public static byte[] smallPaddle(int protocol) {
        return new PickleBuilder().op("}(")
                .text("weight").array("f4", "<", new long[] {2, 3}, smallStorages().get("0"), protocol)
                .text("bn.count").array("i8", "<", new long[0], smallStorages().get("1"), protocol)
                .text("StructuredToParameterName@@").op("}").text("weight").text("conv_0.w_0").op("s")
                .op("u").stop();
    }
}
