package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.source.ImageList;
import io.github.shufflenet4j.data.transform.InputTransform;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomResizedCrop;
import io.github.shufflenet4j.data.transform.TrainTransform;

class OrientationTest {

    /** 16x16 in one colour. */
    private static final String WEBP =
            "UklGRjoAAABXRUJQVlA4IC4AAACQAQCdASoQABAAAMASJaACdLoAA5gA/vi1F/3GttI6Zf/t8P/7jy/+3w//bsgA";

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Inserts bytes at a place. */
    private static byte[] insert(byte[] file, int at, byte[] content) {
        ByteBuffer bytes = ByteBuffer.allocate(file.length + content.length);
        return bytes.put(file, 0, at).put(content).put(file, at, file.length - at).array();
    }

    private static byte[] jpeg(int value) {
        return TestImages.tagged(TestImages.encode(Resize.resize(TestImages.pattern(5, 4), 83, 61), "jpg"), value,
                value % 2 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** Of two columns and three rows, whose pixels are numbered row by row, as EXIF's specification has them. */
    @ParameterizedTest
    @CsvSource({"UPRIGHT, 123456", "MIRRORED, 214365", "HALF_TURN, 654321", "FLIPPED, 563412",
        "TRANSPOSED, 135246", "QUARTER_TURN, 531642", "TRANSVERSED, 642531", "THREE_QUARTER_TURN, 246135"})
    void pixelsAreTurned(Orientation orientation, String expected) {
        byte[] pixels = new byte[18];
        byte[] turned = new byte[18];
        for (int i = 0; i < 18; i++) {
            pixels[i] = (byte) (10 * (i / 3 + 1) + i % 3);
            turned[i] = (byte) (10 * (expected.charAt(i / 3) - '0') + i % 3);
        }
        RgbImage result = orientation.turn(new RgbImage(2, 3, pixels));
        assertThat(result.width()).isEqualTo(orientation.ordinal() < 4 ? 2 : 3);
        assertThat(result.pixels()).isEqualTo(turned);
    }

    @ParameterizedTest
    @EnumSource
    void aPartOfTheUprightImageIsFoundInTheStoredOne(Orientation orientation) {
        RgbImage stored = TestImages.pattern(7, 5);
        RgbImage upright = orientation.turn(stored);
        Region part = new Region(1, 2, 3, 2);
        RgbImage expected = Resize.resize(upright, part, 3, 2);
        Region there = orientation.stored(part, 7, 5);
        RgbImage cut = Resize.resize(stored, there, there.width(), there.height());
        assertThat(orientation.turn(cut).pixels()).isEqualTo(expected.pixels());
    }

    @ParameterizedTest
    @EnumSource
    void jpegFilesAreTurnedAsOpenCvTurnsThem(Orientation orientation) throws IOException {
        byte[] file = jpeg(orientation.ordinal() + 1);
        assertThat(Orientation.of(file)).isEqualTo(orientation);
        RgbImage image = ImageDecoder.decode(file, "x");
        assumeThat(ImageDecoder.hasOpenCv()).isTrue();
        try (BytePointer pointer = new BytePointer(file);
             Mat mat = opencv_imgcodecs.imdecode(new Mat(1, file.length, opencv_core.CV_8UC1, pointer),
                     opencv_imgcodecs.IMREAD_COLOR)) {
            byte[] bgr = new byte[image.pixels().length];
            mat.data().get(bgr);
            assertThat(mat.cols()).isEqualTo(image.width());
            for (int i = 0; i < bgr.length; i++) {
                assertThat(image.pixels()[i]).isEqualTo(bgr[i / 3 * 3 + 2 - i % 3]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRandomCropShowsThePartOfTheUprightImage(Orientation orientation) throws IOException {
        // Sides that are no multiples of eight, so that parts of blocks lie at an edge.
        byte[] file = TestImages.tagged(TestImages.encode(Resize.resize(TestImages.pattern(6, 5), 301, 243), "jpg"),
                orientation.ordinal() + 1, ByteOrder.BIG_ENDIAN);
        RgbImage upright = ImageDecoder.decode(file, "x");
        for (int size : new int[] {16, 230}) {
            RandomResizedCrop crop = new RandomResizedCrop(size);
            for (int sample = 0; sample < 8; sample++) {
                byte[] expected = crop.apply(upright, AddressedRandom.ofSample(1, 0, sample)).pixels();
                byte[] actual = crop.apply(new EncodedImage(file, "x"), AddressedRandom.ofSample(1, 0, sample))
                        .pixels();
                double difference = 0;
                for (int i = 0; i < expected.length; i++) {
                    difference += Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF));
                }
                // A part one pixel aside differs by more than two levels.
                assertThat(difference / expected.length).isLessThan(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void batchesFollowTheirPreprocessing(boolean ignored, @TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("x.jpg"), jpeg(6));
        Preprocessing preprocessing = Preprocessing.torchvision(40, 32).ignoringExif(ignored);
        RgbImage image = ImageDecoder.read(file, ignored);
        assertThat(image.width()).isEqualTo(ignored ? 83 : 61);
        assertThat(firstBatch(file, preprocessing)).isEqualTo(preprocessing.apply(image));
        TrainTransform transform = new TrainTransform(32, List.of((whole, random) -> Resize.resize(whole, 32, 32)),
                preprocessing);
        float[] expected = new float[transform.length()];
        transform.apply(image, AddressedRandom.ofSample(0, 0, 0), expected, 0);
        assertThat(firstBatch(file, transform)).isEqualTo(expected);
    }

    private static float[] firstBatch(Path file, InputTransform transform) throws IOException {
        try (BatchLoader loader = BatchLoader.builder(new ImageList(List.of(file)), transform).open()) {
            return loader.next().features();
        }
    }

    @Test
    void pngWebpAndTiffFilesStateItToo() throws IOException {
        byte[] exif = TestImages.exif(8, ByteOrder.LITTLE_ENDIAN);
        byte[] png = TestImages.encode(TestImages.pattern(6, 4), "png");
        byte[] chunk = join(text("eXIf"), exif);
        CRC32 checksum = new CRC32();
        checksum.update(chunk);
        byte[] framed = ByteBuffer.allocate(8 + chunk.length).putInt(exif.length).put(chunk)
                .putInt((int) checksum.getValue()).array();
        RgbImage turned = ImageDecoder.decode(insert(png, png.length - 12, framed), "x");
        assertThat(turned.pixels()).isEqualTo(Orientation.THREE_QUARTER_TURN.turn(TestImages.pattern(6, 4)).pixels());

        for (String prefix : new String[] {"", "Exif\0\0"}) {
            byte[] data = join(text(prefix), exif);
            byte[] webp = join(Base64.getDecoder().decode(WEBP), text("EXIF"), new byte[] {(byte) data.length, 0, 0, 0},
                    data);
            ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).putInt(4, webp.length - 8);
            assertThat(Orientation.of(webp)).isEqualTo(Orientation.THREE_QUARTER_TURN);
            assertThat(ImageDecoder.decode(webp, "x").width()).isEqualTo(16);
        }
        assertThat(Orientation.of(join(exif, new byte[100]))).isEqualTo(Orientation.THREE_QUARTER_TURN);
    }

    @Test
    void damagedOrMissingMetadataTurnNothing() throws IOException {
        byte[] file = jpeg(6);
        for (int value : new int[] {0, 9, 0xFFFF}) {
            assertThat(Orientation.of(jpeg(value))).isEqualTo(Orientation.UPRIGHT);
        }
        for (String format : new String[] {"jpg", "png", "bmp", "gif", "tiff"}) {
            assertThat(Orientation.of(TestImages.encode(TestImages.pattern(6, 4), format)))
                    .isEqualTo(Orientation.UPRIGHT);
        }
        int start = new String(file, StandardCharsets.ISO_8859_1).indexOf("Exif") + 6;
        for (int damaged = start; damaged < start + 38; damaged++) {
            for (int value : new int[] {0, 0x7F, 0x80, 0xFF}) {
                byte[] copy = file.clone();
                copy[damaged] = (byte) value;
                RgbImage image = ImageDecoder.decode(copy, "x");
                assertThat(image.width() * image.height()).isEqualTo(83 * 61);
            }
        }
        for (int length = 0; length < file.length; length += 3) {
            assertThat(Orientation.of(Arrays.copyOf(file, length))).isNotNull();
        }
        byte[] endless = join(text("\u0089PNG\r\n\u001A\n"), new byte[] {-1, -1, -1, -12}, text("IDAT"), new byte[20]);
        assertThat(Orientation.of(endless)).isEqualTo(Orientation.UPRIGHT);
    }
}
