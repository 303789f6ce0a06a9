package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By OpenCV; {@link ImageIoDecoderTest} is the same without. */
class ImageDecoderTest {

    /** 2x1, written by Pillow: (C, M, Y, K) = (10, 100, 200, 30) and (255, 0, 77, 127). */
    private static final String CMYK_TIFF =
            "SUkqAAgAAAAKAAABBAABAAAAAgAAAAEBBAABAAAAAQAAAAIBAwAEAAAAhgAAAAMBAwABAAAAAQAAA"
            + "AYBAwABAAAABQAAABEBBAABAAAAjgAAABUBAwABAAAABAAAABYBBAABAAAAAQAAABcBBAABAAAACAAAABwBAwABAAAAAQAAAAAAAAAI"
            + "AAgACAAIAApkyB7/AE1/";
    private static final String LAB_TIFF =
            "SUkqAAgAAAAKAAABBAABAAAAAQAAAAEBBAABAAAAAQAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAA"
            + "YBAwABAAAACAAAABEBBAABAAAAjAAAABUBAwABAAAAAwAAABYBBAABAAAAAQAAABcBBAABAAAAAwAAABwBAwABAAAAAQAAAAAAAAAI"
            + "AAgACABkFto=";

    /** 16x8, written by Pillow: the left half (C, M, Y, K) = (0, 255, 255, 0), the right half (255, 0, 0, 127). */
    private static final String CMYK_JPEG =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsL"
            + "DQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAkK/8QA"
            + "FBABAAAAAAAAAAAAAAAAAAAAAP/aAA4EQwBNAFkASwAAPwBUxVCqKmlXVUKqBWP/2Q==";
    /** Where the Adobe marker says how the four components are stored: 0 CMYK, 2 YCCK. */
    private static final int ADOBE_TRANSFORM = 17;

    /** 16x8 in one colour, with an EXIF orientation of 6: to be turned by a quarter when shown. */
    private static final String TURNED_JPEG =
            "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2w"
            + "BDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwL"
            + "DBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAIABADASIAAhEBAx"
            + "EB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABAf/xAAUEQEA"
            + "AAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCTADUp/9k=";

    /** 16x16 in (200, 30, 60), lossy. */
    private static final String WEBP =
            "UklGRjoAAABXRUJQVlA4IC4AAACQAQCdASoQABAAAMASJaACdLoAA5gA/vi1F/3GttI6Zf/t8P/7jy/+3w//bsgA";

    RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
        return ImageDecoder.decode(bytes, name);
    }

    private RgbImage decode(byte[] bytes) throws ImageFormatException {
        return decode(bytes, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "tiff"})
    void losslessFormatsComeBackAsTheyWere(String format) throws IOException {
        // Few colours, so that a palette holds them all.
        RgbImage image = TestImages.pattern(8, 16);
        assertThat(decode(TestImages.encode(image, format)).pixels()).isEqualTo(image.pixels());
    }

    @Test
    void aJpegIsReadUpToItsLoss() throws IOException {
        RgbImage image = TestImages.plain(33, 17, 200, 30, 60);
        RgbImage read = decode(TestImages.encode(image, "jpg"));
        assertThat(read.width()).isEqualTo(33);
        assertThat(read.height()).isEqualTo(17);
        assertPixel(read, 20, 10, 3, 200, 30, 60);
    }

    @Test
    void webpIsReadAndItsAnimationsAreRefused() throws IOException {
        byte[] still = Base64.getDecoder().decode(WEBP);
        assertPixel(decode(still), 5, 5, 2, 200, 29, 60);

        byte[] animated = new byte[30];
        ByteBuffer.wrap(animated).put("RIFF\26\0\0\0WEBPVP8X\12\0\0\0\2".getBytes(StandardCharsets.ISO_8859_1));
        assertFault(animated, "animated");
        assertFault(Arrays.copyOf(still, still.length - 1), "truncated");
    }

    /** Of 182 bytes, for which the reader, left alone, made up 700 MB of tables of codes. */
    @Test
    void aWebpWhoseDataEndsEarlyIsRefused() throws IOException {
        try (InputStream file = getClass().getResourceAsStream(
                "/io/github/shufflenet4j/fuzz/ReadersFuzzTestInputs/webp/more-codes-than-data")) {
            assertFault(file.readAllBytes(), "damaged, truncated");
        }
    }

    @Test
    void aWebpIsCheckedBeforeItsReaderAllocates() throws IOException {
        byte[] still = Base64.getDecoder().decode(WEBP);
        byte[] absurd = new byte[34];
        ByteBuffer.wrap(absurd).put("RIFF\32\0\0\0WEBPVP8L\5\0\0\0\57".getBytes(StandardCharsets.ISO_8859_1))
                .put(new byte[] {-1, -1, -1, 15});
        assertFault(absurd, "16384x16384 pixels are too many");
        byte[] longer = still.clone();
        longer[18] = 127; // of the chunk's length
        assertFault(longer, "truncated");
        byte[] nothing = still.clone();
        nothing[15] = 'X';
        assertFault(nothing, "without an image");

        ByteBuffer extended = ByteBuffer.allocate(still.length + 18 + 12).order(ByteOrder.LITTLE_ENDIAN);
        extended.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(extended.capacity() - 8)
                .put("WEBPVP8X\12\0\0\0\40\0\0\0\17\0\0\17\0\0".getBytes(StandardCharsets.ISO_8859_1))
                .put("ICCP\3\0\0\0bad\0".getBytes(StandardCharsets.ISO_8859_1))
                .put(still, 12, still.length - 12);
        assertThat(decode(extended.array()).pixels())
                .as("a profile is ignored, whatever it holds").isEqualTo(decode(still).pixels());
    }

    /** The values are Pillow's, here and for the next. */
    @Test
    void aGifIsItsCanvasWithTheFrameAtItsPlace() throws IOException {
        byte[] gif = gif(4, 3, 1, 1);
        RgbImage read = decode(gif);
        assertThat(read.width()).isEqualTo(4);
        assertThat(read.height()).isEqualTo(3);
        assertThat(TestImages.values(read)).as("around the frame, the palette's first colour").containsExactly(
                9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7,
                9, 8, 7, 200, 30, 60, 9, 8, 7, 9, 8, 7,
                9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7);
        assertThat(decode(gif(1, 1, 2, 0)).width()).as("a canvas too small for the frame")
                .isEqualTo(4);
        assertFault(gif(60_000, 60_000, 0, 0), "60000x60000 pixels are too many");
        assertFault(Arrays.copyOf(gif, 20), "damaged, truncated");
    }

    @Test
    void aGifWithATransparentColourHasItAroundTheFrame() throws IOException {
        byte[] gif = gif(4, 3, 1, 1);
        byte[] control = {'!', (byte) 0xF9, 4, 1, 0, 0, 1, 0};
        ByteBuffer transparent = ByteBuffer.allocate(gif.length + control.length)
                .put(gif, 0, 19).put(control).put(gif, 19, gif.length - 19);
        assertPixel(decode(transparent.array()), 3, 2, 0, 200, 30, 60);
    }

    /** A frame of 2x1 pixels, (200, 30, 60) and the background, on a canvas. */
    private static byte[] gif(int width, int height, int left, int top) {
        return ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).put("GIF89a".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) width).putShort((short) height).put(new byte[] {(byte) 0x80, 1, 0})
                .put(new byte[] {9, 8, 7, (byte) 200, 30, 60})
                .put((byte) ',').putShort((short) left).putShort((short) top).putShort((short) 2).putShort((short) 1)
                .put(new byte[] {0, 2, 2, 0x0C, 0x0A, 0, ';'}).array();
    }

    /** A tiff whose strip claims two thousand million rows. */
    @Test
    void aTiffWithAnEndlessStripIsRefused() {
        byte[] tiff = Base64.getDecoder().decode(CMYK_TIFF);
        ByteBuffer fields = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        for (int field = 10; field < 130; field += 12) {
            if (fields.getChar(field) == 278) { // rows per strip
                fields.putInt(field + 8, 2_000_000_000);
            }
        }
        assertFault(tiff, "2x2000000000 pixels are too many");
    }

    @Test
    void greyIsRepeatedAndNotBrightened() throws IOException {
        BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(1, 1, 0, 77);
        for (String format : new String[] {"png", "bmp", "tiff"}) {
            RgbImage read = decode(TestImages.encode(grey, format));
            assertPixel(read, 1, 1, 0, 77, 77, 77);
            assertPixel(read, 0, 1, 0, 0, 0, 0);
        }
    }

    @Test
    void alphaIsDroppedAndNotBlended() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(1, 0, 0x10C81E3C);
        for (String format : new String[] {"png", "tiff"}) {
            assertPixel(decode(TestImages.encode(image, format)), 1, 0, 0, 200, 30, 60);
        }
    }

    @Test
    void sixteenBitGreyIsClippedAsInPillow() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setPixels(0, 0, 3, 1, new int[] {100, 256, 40_000});
        for (String format : new String[] {"png", "tiff"}) {
            RgbImage read = decode(TestImages.encode(image, format));
            assertThat(TestImages.values(read)).containsExactly(100, 100, 100, 255, 255, 255, 255, 255, 255);
        }
    }

    @Test
    void cmykAndYcckAreTakenAsInverted() throws IOException {
        byte[] bytes = Base64.getDecoder().decode(CMYK_JPEG);
        RgbImage cmyk = decode(bytes);
        assertPixel(cmyk, 2, 3, 2, 255, 0, 0);
        assertPixel(cmyk, 13, 3, 2, 0, 128, 128);

        // The same components read as YCCK; the values are Pillow's.
        bytes[ADOBE_TRANSFORM] = 2;
        RgbImage ycck = decode(bytes);
        assertPixel(ycck, 2, 3, 2, 179, 0, 227);
        assertPixel(ycck, 13, 3, 2, 39, 128, 15);
    }

    @Test
    void anExifOrientationIsAppliedUnlessItIsIgnored() throws IOException {
        byte[] turned = Base64.getDecoder().decode(TURNED_JPEG);
        assertThat(decode(turned).width()).isEqualTo(8);
        assertThat(decode(turned).height()).isEqualTo(16);
        RgbImage stored = new EncodedImage(turned, "x", true).decode();
        assertThat(stored.width()).isEqualTo(16);
        assertThat(stored.height()).isEqualTo(8);
    }

    @Test
    void portablePixmapsAreRead() throws IOException {
        byte[] colour = "P6 # a comment\n2 1\n255\nabcdef".getBytes(StandardCharsets.US_ASCII);
        assertThat(decode(colour)).satisfies(image -> {
            assertThat(image.width()).isEqualTo(2);
            assertThat(image.pixels()).isEqualTo("abcdef".getBytes(StandardCharsets.US_ASCII));
        });
        byte[] grey = "P5 2 1 255 ab".getBytes(StandardCharsets.US_ASCII);
        assertThat(decode(grey).pixels()).isEqualTo("aaabbb".getBytes(StandardCharsets.US_ASCII));
        assertFault("P6 2 1 255 abcde".getBytes(StandardCharsets.US_ASCII), "truncated");
        assertFault("P6 2 x".getBytes(StandardCharsets.US_ASCII), "damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "gif", "tiff"})
    void aFileCutShortIsRefusedWhereverItIsCut(String format) {
        byte[] whole = TestImages.encode(TestImages.pattern(8, 16), format);
        IntStream.rangeClosed(1, 40).map(i -> (whole.length - 2) * i / 40).forEach(
                length -> assertThatThrownBy(() -> decode(Arrays.copyOf(whole, length), "cut." + format))
                        .as("%d of %d bytes", length, whole.length)
                        .isInstanceOf(ImageFormatException.class)
                        .hasMessageStartingWith("cut." + format + ": ")
                        .hasMessageNotContaining("\n"));
    }

    @Test
    void bytesThatAreNoImageAreRefused() {
        assertFault(new byte[0], "the file is empty");
        assertFault("Not Found\n".getBytes(StandardCharsets.US_ASCII), "not an image");
        assertFault(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}, "without an image");
        assertFault("RIFF".getBytes(StandardCharsets.US_ASCII), "not an image");
        assertFault("BM".getBytes(StandardCharsets.US_ASCII), "damaged");
    }

    @ParameterizedTest
    @CsvSource({"60000, 60000, too many", "2000000, 10, too many", "0, 10, claims", "-5, 10, claims"})
    void absurdSizesAreRefusedFromTheHeader(int width, int height, String fault) {
        byte[] png = TestImages.encode(TestImages.plain(8, 8, 1, 2, 3), "png");
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        CRC32 checksum = new CRC32();
        checksum.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
        assertFault(png, fault);
    }

    @Test
    void absurdSizesOfOtherFormatsAreRefusedToo() {
        byte[] gif = TestImages.encode(TestImages.plain(8, 8, 1, 2, 3), "gif");
        int descriptor = gif.length - 1;
        while (gif[descriptor] != ',') {
            descriptor--;
        }
        ByteBuffer.wrap(gif).putInt(descriptor + 5, 0x60EA60EA);
        assertFault(gif, "60000x60000 pixels are too many");
        assertFault("P6 60000 60000 255 ".getBytes(StandardCharsets.US_ASCII), "60000x60000 pixels are too many");

        byte[] jpeg = TestImages.encode(TestImages.plain(8, 8, 1, 2, 3), "jpg");
        int frame = 0;
        while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60_000).putShort(frame + 7, (short) 60_000);
        assertFault(jpeg, "60000x60000 pixels are too many");
    }

    @Test
    void aDamagedPngIsToldByItsChecksums() {
        byte[] png = TestImages.encode(TestImages.pattern(8, 16), "png");
        png[png.length - 30] ^= 1;
        assertFault(png, "checksum");
    }

    @Test
    void longThinAndTinyImagesAreRead() throws IOException {
        for (int[] size : new int[][] {{1, 1}, {20_000, 10}, {1, 3000}}) {
            RgbImage image = TestImages.plain(size[0], size[1], 9, 8, 7);
            assertThat(decode(TestImages.encode(image, "png")).pixels()).isEqualTo(image.pixels());
        }
    }

    @Test
    void contentCountsNotTheName(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("really-a-png.jpg");
        RgbImage image = TestImages.pattern(8, 16);
        Files.write(file, TestImages.encode(image, "png"));
        assertThat(ImageDecoder.read(file).pixels()).isEqualTo(image.pixels());
        assertThatThrownBy(() -> ImageDecoder.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void manyThreadsMayDecodeAtOnce() throws IOException {
        byte[] bytes = TestImages.encode(TestImages.pattern(40, 30), "jpg");
        byte[] expected = decode(bytes).pixels();
        IntStream.range(0, 200).parallel().forEach(i -> {
            try {
                assertThat(decode(bytes).pixels()).isEqualTo(expected);
            } catch (ImageFormatException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void assertFault(byte[] bytes, String fault) {
        assertThatThrownBy(() -> decode(bytes, "file.jpg"))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageStartingWith("file.jpg: ")
                .hasMessageContaining(fault)
                .hasMessageNotContaining("\n");
    }

    private static void assertPixel(RgbImage image, int x, int y, int tolerance, int... expected) {
        int[] actual = TestImages.pixel(image, x, y);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(actual[channel]).as("channel %d of %s", channel, Arrays.toString(actual))
                    .isCloseTo(expected[channel], within(tolerance));
        }
    }

    @Test
    void aTiffMayBeInInksButNotInLab() throws IOException {
        RgbImage inks = decode(Base64.getDecoder().decode(CMYK_TIFF));
        assertThat(TestImages.values(inks)).as("Pillow's values").containsExactly(216, 137, 49, 0, 128, 89);
        assertFault(Base64.getDecoder().decode(LAB_TIFF), "L*a*b*");
    }
}
