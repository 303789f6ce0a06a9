package io.github.shufflenet4j.data.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.image.ImageFormatException.Kind;

/**
 * Reads JPEG, PNG, WebP, BMP, GIF (its first frame, on the canvas), TIFF (its first page) and binary PPM/PGM files,
 * told apart by content, not by name. The pixels are those of Pillow's {@code Image.open(file).convert("RGB")}, and so
 * those that torchvision's {@code ImageFolder} sees, turned by their EXIF {@link Orientation} unless that is to be
 * ignored: grey is repeated, alpha is dropped, palettes are looked up, colour profiles are ignored, CMYK is taken as
 * inverted, as Adobe writes it. 16-bit colours keep their high byte; 16-bit grey is clipped at 255, as Pillow does.
 *
 * <p>JPEG and PNG, the formats of data sets, go to OpenCV after their structure has been checked here; where OpenCV is
 * missing, Java decodes them, more slowly, and pixels of a JPEG file may differ by a few levels. Everything else is
 * decoded in Java; WebP in particular, since the libwebp inside OpenCV 4.5.5, which older systems need, has a known
 * memory-safety hole.
 *
 * <p>Thread-safe. Native memory is released before a method returns.
 */
public final class ImageDecoder {

    /** Maximum number of pixels: twice Pillow's {@code MAX_IMAGE_PIXELS}, where Pillow gives up as well. */
    public static final long MAX_PIXELS = 178_956_970;

    /** Maximum length of a side: that of libpng. */
    public static final int MAX_SIDE = 1_000_000;

    /** Heap that a pixel takes while it is decoded in Java, as the decoder has it and as the result has it. */
    private static final int BYTES_PER_PIXEL = 8;

    /**
     * Maximum number of pixels of the image that a thread decodes. Readers of all formats check sizes, some several in
     * one file, deep within calls of libraries.
     */
    private static final ThreadLocal<Long> LIMIT = ThreadLocal.withInitial(() -> MAX_PIXELS);

    /** Asked when the first image is decoded, and once: loading takes time, and what failed stays unloaded. */
    private static final class Native {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                OpenCv.load();
                return true;
            } catch (LinkageError | TypeNotPresentException e) {
                LoggerFactory.getLogger(ImageDecoder.class).info("Decoding JPEG and PNG files by Java, which is slower:"
                        + " OpenCV cannot be loaded ({})", e.toString());
                return false;
            }
        }
    }

    private ImageDecoder() {
    }

    /** Whether OpenCV's classes are on the class path, and its native code runs on this machine. */
    static boolean hasOpenCv() {
        return Native.LOADED;
    }

    /**
     * Reads and decodes a file.
     *
     * @throws ImageFormatException if it is no image, or a damaged, truncated or oversized one
     * @throws IOException          if it cannot be read
     */
    public static RgbImage read(Path file) throws IOException {
        return read(file, false);
    }

    /** As {@link #read(Path)}, with the pixels as they are stored if {@code ignoreExif}. */
    public static RgbImage read(Path file, boolean ignoreExif) throws IOException {
        ImageFormatException.throwIf(Files.isDirectory(file), file.toString(), "a folder, not an image");
        return new EncodedImage(Files.readAllBytes(file), file.toString(), ignoreExif).decode();
    }

    /** Decodes the bytes of a file, as {@link #read(Path)} does; {@code name} is the file's name, for messages. */
    public static RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
        return new EncodedImage(bytes, name).decode();
    }

    /** @param openCv whether OpenCV decodes JPEG and PNG files */
    static RgbImage decode(byte[] bytes, String name, Orientation orientation, boolean openCv)
            throws ImageFormatException {
        return guarded(name, () -> orientation.turn(decodeKnown(bytes, name, openCv)));
    }

    /** As {@link #decode(byte[], String, Orientation, boolean)}, but refuses images of more than that many pixels. */
    static RgbImage decode(byte[] bytes, String name, Orientation orientation, boolean openCv, long maxPixels)
            throws ImageFormatException {
        LIMIT.set(Math.min(maxPixels, MAX_PIXELS));
        try {
            return decode(bytes, name, orientation, openCv);
        } finally {
            LIMIT.remove();
        }
    }

    /** Pixels of an image in memory; transparency is ignored. */
    public static RgbImage fromImage(BufferedImage image) {
        return ImageIoReader.toRgb(image);
    }

    @FunctionalInterface
    interface Decoding {
        RgbImage run() throws IOException;
    }

    /** Decoders answer damage with exceptions and errors of every kind: to callers they are all one. */
    static RgbImage guarded(String name, Decoding decoding) throws ImageFormatException {
        try {
            return decoding.run();
        } catch (ImageFormatException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new ImageFormatException(name, Kind.TOO_LARGE, "takes more memory to decode than there is: it is"
                    + " damaged, or raise -Xmx", e);
        } catch (IOException | RuntimeException | StackOverflowError | InternalError | AssertionError e) {
            throw new ImageFormatException(name, "the image data is damaged, truncated or of an unsupported kind", e);
        }
    }

    private static RgbImage decodeKnown(byte[] bytes, String name, boolean openCv) throws IOException {
        ImageFormatException.throwIf(bytes.length == 0, name, "the file is empty");
        if (JpegFile.isJpeg(bytes)) {
            JpegFile jpeg = JpegFile.check(bytes, name);
            return openCv ? jpeg.decode(1) : jpeg.decodeByJava();
        }
        if (isPng(bytes)) {
            PngFile png = PngFile.check(bytes, name);
            // OpenCV keeps the high byte of 16-bit grey, which Pillow clips.
            return openCv && !png.deepGrey() ? OpenCv.png(png.essential(), name)
                    : ImageIoReader.PNG.decode(png.essential(), name);
        }
        if (isWebp(bytes)) {
            return ImageIoReader.WEBP.decode(WebpFile.essential(bytes, name), name);
        }
        if (startsWith(bytes, 0, "BM")) {
            return ImageIoReader.BMP.decode(bytes, name);
        }
        if (startsWith(bytes, 0, "GIF8")) {
            GifFile.of(bytes, name); // whose canvas may be too large
            return ImageIoReader.GIF.decode(bytes, name);
        }
        if (isTiff(bytes)) {
            return ImageIoReader.TIFF.decode(bytes, name);
        }
        if (startsWith(bytes, 0, "P5") || startsWith(bytes, 0, "P6")) {
            return PnmFile.decode(bytes, name);
        }
        throw new ImageFormatException(name, Kind.UNKNOWN_FORMAT, "not an image of a known format", null);
    }

    static boolean isPng(byte[] bytes) {
        return startsWith(bytes, 0, "\u0089PNG\r\n\u001A\n");
    }

    static boolean isWebp(byte[] bytes) {
        return startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP");
    }

    static boolean isTiff(byte[] bytes) {
        return startsWith(bytes, 0, "II*\0") || startsWith(bytes, 0, "MM\0*");
    }

    /** Refuses sizes that are not to be decoded; every format calls it before it allocates anything. */
    static void requireSize(String name, int width, int height) throws ImageFormatException {
        ImageFormatException.throwIf(width < 1 || height < 1, name,
                "the header claims " + width + "x" + height + " pixels");
        long pixels = (long) width * height;
        ImageFormatException.throwIf(pixels > LIMIT.get() || Math.max(width, height) > MAX_SIDE, name, Kind.TOO_LARGE,
                width + "x" + height + " pixels are too many (at most " + LIMIT.get() + ", and " + MAX_SIDE
                + " on a side)");
        ImageFormatException.throwIf(pixels > Runtime.getRuntime().maxMemory() / BYTES_PER_PIXEL, name, Kind.TOO_LARGE,
                width + "x" + height + " pixels do not fit the heap; raise -Xmx");
    }

    /** Whether the bytes at a position are those of a text in ISO 8859-1. */
    static boolean startsWith(byte[] bytes, int at, String text) {
        byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length >= at + expected.length
                && Arrays.equals(bytes, at, at + expected.length, expected, 0, expected.length);
    }
}
