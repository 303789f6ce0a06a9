package io.github.shufflenet4j.weights;

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
final class TorchFiles {

    private TorchFiles() {
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static byte[] zipPth(byte[] pickle, Map<String, byte[]> storages) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        storages.forEach((key, bytes) -> entries.put("archive/data/" + key, bytes));
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        return zip(entries, ZipEntry.STORED);
    }

    static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
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
    static byte[] legacyPth(PickleBuilder pickle, Map<String, byte[]> storages, Map<String, Integer> elementSizes) {
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
    static PickleBuilder smallPickle() {
        return new PickleBuilder().global("collections", "OrderedDict").op(")R(")
                .text("weight").tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
                .text("bn.count").tensor("LongStorage", "1", 1, 0, new long[0], new long[0])
                .op("u");
    }

    static Map<String, byte[]> smallStorages() {
        return Map.of(
                "0", floats(1, 2, 3, 4, 5, 6),
                "1", ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(7).array());
    }

    static byte[] smallZip() throws IOException {
        return zipPth(smallPickle().stop(), smallStorages());
    }

    static byte[] smallLegacy() {
        return legacyPth(smallPickle(), smallStorages(), Map.of("0", 4, "1", 8));
    }
}
