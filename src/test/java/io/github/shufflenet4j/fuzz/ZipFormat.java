package io.github.shufflenet4j.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Zip archives, rebuilt with true lengths and checksums after their entries were changed; or with one header that
 * contradicts the other.
 *
 * @param sums name of an entry with the SHA-256 of all others, or null
 */
record ZipFormat(Contents contents, String sums) implements Format {

    private static final List<Integer> FIELD_WIDTHS = List.of(2, 4);
    private static final Lie TRUTH = new Lie(-1, 0, 0, new byte[0]);

    ZipFormat(Contents contents) {
        this(contents, null);
    }

    /** The format of an entry, by its name. */
    @FunctionalInterface
    interface Contents {
        Format of(String name);
    }

    private record Entry(String name, byte[] content, int method) {
    }

    /** A change to the headers: an overwritten number in the local ones (0), the central ones (1) or the end (2). */
    private record Lie(int where, int entry, int at, byte[] number) {

        byte[] in(int header, int index, byte[] bytes) {
            if (header == where && (index == entry || header == 2) && at + number.length <= bytes.length) {
                System.arraycopy(number, 0, bytes, at, number.length);
            }
            return bytes;
        }
    }

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        List<Entry> entries = entries(file);
        if (entries.isEmpty()) {
            return Edits.bytes(file, choices);
        }
        Lie lie = TRUTH;
        int at = choices.below(entries.size());
        Entry entry = entries.get(at);
        switch (choices.below(10)) {
            case 0 -> Edits.list(entries, choices);
            case 1 -> entries.set(at, new Entry(
                    new String(Edits.text(entry.name.getBytes(StandardCharsets.UTF_8), choices),
                            StandardCharsets.UTF_8), entry.content, entry.method));
            case 2 -> entries.set(at, new Entry(entry.name, choices.of(entries).content, entry.method));
            case 3, 4 -> lie = new Lie(choices.below(3), at, 2 * choices.below(23), Edits.number(choices.number(),
                    choices.of(FIELD_WIDTHS), ByteOrder.LITTLE_ENDIAN));
            default -> entries.set(at, new Entry(entry.name, contents.of(entry.name).edit(entry.content, choices),
                    choices.oneIn(8) ? ZipEntry.DEFLATED + ZipEntry.STORED - entry.method : entry.method));
        }
        if (sums != null && !choices.oneIn(16)) {
            addSums(entries);
        }
        return write(entries, lie);
    }

    /** The same archive uncompressed, which is faster to change. */
    static byte[] stored(byte[] file) {
        List<Entry> entries = entries(file);
        entries.replaceAll(entry -> new Entry(entry.name, entry.content, ZipEntry.STORED));
        return write(entries, TRUTH);
    }

    private static List<Entry> entries(byte[] file) {
        List<Entry> entries = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.add(new Entry(entry.getName(), zip.readAllBytes(), Math.max(0, entry.getMethod())));
            }
        } catch (IOException | IllegalArgumentException e) {
            return entries; // those before the damage
        }
        return entries;
    }

    private void addSums(List<Entry> entries) {
        entries.removeIf(entry -> entry.name.equals(sums));
        StringBuilder lines = new StringBuilder();
        for (Entry entry : entries) {
            lines.append(sha256(entry.content)).append("  ").append(entry.name).append('\n');
        }
        entries.add(new Entry(sums, lines.toString().getBytes(StandardCharsets.UTF_8), ZipEntry.DEFLATED));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] write(List<Entry> entries, Lie lie) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
            byte[] packed = entry.method == ZipEntry.STORED ? entry.content : deflated(entry.content);
            CRC32 crc = new CRC32();
            crc.update(entry.content);
            // Version, flag for UTF-8, method, date, checksum, sizes, lengths of name and extra field.
            byte[] common = Edits.join(two(20), two(0x800), two(entry.method), four(0x5A210000), four(crc.getValue()),
                    four(packed.length), four(entry.content.length), two(name.length), two(0));
            byte[] central = Edits.join(new byte[] {'P', 'K', 1, 2}, two(20), common, new byte[10], four(out.size()));
            directory.writeBytes(Edits.join(lie.in(1, i, central), name));
            byte[] local = Edits.join(new byte[] {'P', 'K', 3, 4}, common);
            out.writeBytes(Edits.join(lie.in(0, i, local), name, packed));
        }
        byte[] end = Edits.join(new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0}, two(entries.size()), two(entries.size()),
                four(directory.size()), four(out.size()), two(0));
        return Edits.join(out.toByteArray(), directory.toByteArray(), lie.in(2, 0, end));
    }

    private static byte[] deflated(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(1, true))) {
            deflater.write(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static byte[] two(long value) {
        return Edits.number(value, 2, ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] four(long value) {
        return Edits.number(value, 4, ByteOrder.LITTLE_ENDIAN);
    }
}
