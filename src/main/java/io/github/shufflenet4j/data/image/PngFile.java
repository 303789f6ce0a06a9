package io.github.shufflenet4j.data.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file, checked against their checksums, without those that do not make pixels: colour profiles,
 * texts and transparency are ignored on reading anyway, and a decoder would only complain about them.
 *
 * @param essential the file with its essential chunks only
 * @param deepGrey  whether the pixels are single grey values of 16 bits
 */
record PngFile(byte[] essential, boolean deepGrey) {

    private static final int SIGNATURE_LENGTH = 8;
    /** Length and type before a chunk's data, checksum after it. */
    private static final int FRAMING = 12;
    private static final Set<String> ESSENTIAL = Set.of("IHDR", "PLTE", "IDAT", "IEND");

    static PngFile check(byte[] bytes, String name) throws ImageFormatException {
        ByteBuffer file = ByteBuffer.wrap(bytes).position(SIGNATURE_LENGTH);
        ByteArrayOutputStream essential = new ByteArrayOutputStream(bytes.length);
        essential.write(bytes, 0, SIGNATURE_LENGTH);
        boolean deepGrey = false;
        boolean first = true;
        boolean pixels = false;
        while (true) {
            ImageFormatException.throwIf(file.remaining() < FRAMING, name, "truncated: the PNG data ends early");
            int start = file.position();
            int length = file.getInt();
            ImageFormatException.throwIf(length < 0, name, "damaged PNG: a chunk of impossible length");
            ImageFormatException.throwIf(length > file.remaining() - 8, name, "truncated: the PNG data ends early");
            String type = new String(bytes, start + 4, 4, StandardCharsets.ISO_8859_1);
            ImageFormatException.throwIf(first != type.equals("IHDR"), name,
                    "damaged PNG: its header is not where it must be");
            if (ESSENTIAL.contains(type)) {
                requireChecksum(bytes, start + 4, 4 + length, file.getInt(start + 8 + length), name);
                essential.write(bytes, start, FRAMING + length);
            }
            if (first) {
                deepGrey = header(file.slice(start + 8, length), name);
                first = false;
            }
            pixels |= type.equals("IDAT");
            if (type.equals("IEND")) {
                ImageFormatException.throwIf(!pixels, name, "a PNG file without an image");
                return new PngFile(essential.toByteArray(), deepGrey);
            }
            file.position(start + FRAMING + length);
        }
    }

    private static boolean header(ByteBuffer header, String name) throws ImageFormatException {
        ImageFormatException.throwIf(header.remaining() != 13, name,
                "damaged PNG: a header of " + header.remaining() + " bytes");
        int width = header.getInt(0);
        int height = header.getInt(4);
        ImageDecoder.requireSize(name, width, height);
        int bitDepth = header.get(8);
        int colourType = header.get(9);
        return bitDepth == 16 && colourType == 0;
    }

    private static void requireChecksum(byte[] bytes, int from, int length, int expected, String name)
            throws ImageFormatException {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, from, length);
        ImageFormatException.throwIf((int) checksum.getValue() != expected, name,
                "damaged PNG: a checksum does not match");
    }
}
