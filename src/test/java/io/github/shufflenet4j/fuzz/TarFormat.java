package io.github.shufflenet4j.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Tar archives, with true checksums of headers whose fields were changed.
 *
 * @param contents format of the members
 */
record TarFormat(Format contents) implements Format {

    private static final int BLOCK = 512;
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    /** Starts and widths of the fields that are numbers: mode, owner, group, size, date, device, sparse file's size. */
    private static final List<int[]> NUMBERS = List.of(new int[] {100, 8}, new int[] {108, 8}, new int[] {116, 8},
            new int[] {SIZE, 12}, new int[] {SIZE, 12}, new int[] {136, 12}, new int[] {329, 8}, new int[] {483, 12});
    private static final String TYPES = "\0000123456789gxLKSADMNVX";

    private record Member(byte[] header, byte[] content) {
    }

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        List<Member> members = new ArrayList<>();
        int end = parse(file, members);
        if (members.isEmpty()) {
            return Edits.bytes(file, choices);
        }
        int at = choices.below(members.size());
        Member member = members.get(at);
        byte[] header = member.header.clone();
        switch (choices.below(7)) {
            case 0 -> Edits.list(members, choices);
            case 1, 2 -> members.set(at, withSize(header, contents.edit(member.content, choices)));
            case 3 -> {
                header[TYPE] = (byte) TYPES.charAt(choices.below(TYPES.length()));
                members.set(at, new Member(header, member.content));
            }
            case 4 -> {
                byte[] name = Edits.text(Arrays.copyOf(header, 100), choices);
                System.arraycopy(name, 0, header, 0, Math.min(100, name.length));
                members.set(at, new Member(header, member.content));
            }
            case 5 -> { // a POSIX header with records for the next member
                byte[] extended = header.clone();
                extended[TYPE] = (byte) "xgL".charAt(choices.below(3));
                members.add(at, withSize(extended, records(choices)));
            }
            default -> {
                int[] field = choices.of(NUMBERS);
                System.arraycopy(number(field[1], choices), 0, header, field[0], field[1]);
                members.set(at, new Member(header, member.content));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Member part : members) {
            out.writeBytes(withChecksum(part.header));
            out.writeBytes(Arrays.copyOf(part.content, (part.content.length + BLOCK - 1) / BLOCK * BLOCK));
        }
        return Edits.join(out.toByteArray(), Arrays.copyOfRange(file, end, file.length));
    }

    private static int parse(byte[] file, List<Member> members) {
        int at = 0;
        while (at + BLOCK <= file.length && file[at] != 0) {
            byte[] header = Arrays.copyOfRange(file, at, at + BLOCK);
            int content = at + BLOCK;
            String size = new String(header, SIZE, 11, StandardCharsets.ISO_8859_1).strip();
            int length = size.matches("[0-7]{1,11}") ? (int) Math.min(Long.parseLong(size, 8), file.length - content)
                    : 0;
            members.add(new Member(header, Arrays.copyOfRange(file, content, content + length)));
            at = Math.min(file.length, content + (length + BLOCK - 1) / BLOCK * BLOCK);
        }
        return at;
    }

    /** In octal digits, or as GNU tar writes what does not fit them. */
    private static byte[] number(int width, Choices choices) {
        long value = choices.number();
        byte[] binary = Arrays.copyOf(new byte[] {(byte) (value < 0 ? 0xFF : 0x80)}, width);
        if (choices.oneIn(3)) {
            byte[] bytes = Edits.number(value, Math.min(8, width - 1), ByteOrder.BIG_ENDIAN);
            System.arraycopy(bytes, 0, binary, width - bytes.length, bytes.length);
            return binary;
        }
        return Arrays.copyOf(String.format(Locale.ROOT, "%0" + (width - 1) + "o", value)
                .getBytes(StandardCharsets.US_ASCII), width);
    }

    private static byte[] records(Choices choices) {
        String record = choices.of(List.of("size", "path", "linkpath", "GNU.sparse.size", "GNU.sparse.map",
                "GNU.sparse.realsize", "SCHILY.realsize", "mtime", "hdrcharset")) + "=" + choices.numberAsText() + "\n";
        int length = record.length() + 3;
        return (choices.oneIn(4) ? choices.numberAsText() : Integer.toString(length)).concat(" " + record)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Member withSize(byte[] header, byte[] content) {
        byte[] changed = header.clone();
        byte[] size = String.format(Locale.ROOT, "%011o", content.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, changed, SIZE, size.length);
        return new Member(changed, content);
    }

    private static byte[] withChecksum(byte[] header) {
        byte[] changed = header.clone();
        Arrays.fill(changed, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte value : changed) {
            sum += value & 0xFF;
        }
        byte[] digits = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, changed, CHECKSUM, digits.length);
        return changed;
    }

    /** The same archives, compressed. */
    Format gzipped() {
        return (file, choices) -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(file));
                    GZIPOutputStream packed = new GZIPOutputStream(out)) {
                packed.write(edit(unpacked.readNBytes(1 << 22), choices));
            } catch (IOException e) {
                return Edits.bytes(file, choices);
            }
            return out.toByteArray();
        };
    }
}
