package io.github.shufflenet4j.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Chunks of a length, a name of four letters and data: PNG, with a checksum behind each, and RIFF, as in WebP. */
enum ChunkFormat implements Format {
    PNG(8, ByteOrder.BIG_ENDIAN, List.of("IHDR", "PLTE", "IDAT", "tRNS", "gAMA", "iCCP", "eXIf", "acTL", "IEND")),
    RIFF(12, ByteOrder.LITTLE_ENDIAN, List.of("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF"));

    private final int start;
    private final ByteOrder order;
    private final List<String> names;

    ChunkFormat(int start, ByteOrder order, List<String> names) {
        this.start = start;
        this.order = order;
        this.names = names;
    }

    private record Chunk(String name, byte[] data) {
    }

    @Override
    public byte[] edit(byte[] file, Choices choices) {
        List<Chunk> chunks = new ArrayList<>();
        int end = parse(file, chunks);
        if (chunks.isEmpty()) {
            return Edits.bytes(file, choices);
        }
        int at = choices.below(chunks.size());
        Chunk chunk = chunks.get(at);
        switch (choices.below(6)) {
            case 0 -> Edits.list(chunks, choices);
            case 1 -> chunks.set(at, new Chunk(choices.of(names), chunk.data));
            case 2 -> chunks.add(at, new Chunk(choices.of(names), choices.of(chunks).data));
            default -> chunks.set(at, new Chunk(chunk.name,
                    chunk.name.equals("IDAT") ? packed(chunk.data, choices) : Edits.bytes(chunk.data, choices)));
        }
        byte[] body = Edits.join(chunks.stream().map(this::bytes).toArray(byte[][]::new));
        byte[] head = Arrays.copyOf(file, start);
        if (this == RIFF) {
            System.arraycopy(Edits.number(body.length + 4L, 4, order), 0, head, 4, 4);
        }
        return Edits.join(head, body, Arrays.copyOfRange(file, end, file.length));
    }

    private int parse(byte[] file, List<Chunk> chunks) {
        int at = start;
        while (at + 8 <= file.length) {
            int nameAt = this == PNG ? at + 4 : at;
            long length = Edits.number(file, this == PNG ? at : at + 4, 4, order);
            long next = at + 8 + length + (this == PNG ? 4 : length % 2);
            if (next > file.length) {
                return at;
            }
            chunks.add(new Chunk(new String(file, nameAt, 4, StandardCharsets.ISO_8859_1),
                    Arrays.copyOfRange(file, at + 8, at + 8 + (int) length)));
            at = (int) next;
        }
        return Math.min(at, file.length);
    }

    private byte[] bytes(Chunk chunk) {
        byte[] name = chunk.name.getBytes(StandardCharsets.ISO_8859_1);
        byte[] length = Edits.number(chunk.data.length, 4, order);
        if (this == RIFF) {
            return Edits.join(name, length, chunk.data, new byte[chunk.data.length % 2]);
        }
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(chunk.data);
        return Edits.join(length, name, chunk.data, Edits.number(crc.getValue(), 4, order));
    }

    /** Changes compressed bytes, or what they unpack to. */
    private static byte[] packed(byte[] data, Choices choices) {
        if (choices.oneIn(3)) {
            return Edits.bytes(data, choices);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(data));
                DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(Edits.bytes(inflater.readNBytes(1 << 20), choices));
        } catch (IOException e) {
            return Edits.bytes(data, choices);
        }
        return out.toByteArray();
    }
}
