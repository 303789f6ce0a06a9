package io.github.shufflenet4j.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;

/**
 * Reads JPEG, PNG, WebP, BMP, GIF (its first frame, on the canvas), TIFF (its first page) and binary PPM/PGM files,
 * told apart by content, not by name. The pixels are those of Pillow's {@code Image.open(file).convert("RGB")}, and so
 * those that torchvision's {@code ImageFolder} sees: an EXIF orientation is not applied, grey is repeated, alpha is
 * dropped, palettes are looked up, colour profiles are ignored, CMYK is taken as inverted, as Adobe writes it. 16-bit
 * colours keep their high byte; 16-bit grey is clipped at 255, as Pillow does.
 *
 * <p>JPEG and PNG, the formats of data sets, go to OpenCV after their structure has been checked here. Everything
 * else is decoded in Java; WebP in particular, since the libwebp inside OpenCV 4.5.5, which older systems need, has a
 * known memory-safety hole.
 *
 * <p>Thread-safe. Native memory is released before a method returns.
 */
public final class ImageDecoder {

    /** The most pixels accepted: twice Pillow's {@code MAX_IMAGE_PIXELS}, where Pillow gives up as well. */
    public static final long MAX_PIXELS = 178_956_970;

    /** The longest side accepted, that of libpng. */
    public static final int MAX_SIDE = 1_000_000;

    /** Heap that a pixel takes while it is decoded in Java, as the decoder has it and as the result has it. */
    private static final int BYTES_PER_PIXEL = 8;

    private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();
    private static final ImageReaderSpi BMP = javaReader("bmp");
    private static final ImageReaderSpi GIF = javaReader("gif");
    private static final ImageReaderSpi TIFF = javaReader("tiff");

    private ImageDecoder() {
    }

    /**
     * Reads and decodes a file.
     *
     * @throws ImageFormatException if it is no image, or a damaged, truncated or oversized one
     * @throws IOException          if it cannot be read
     */
    public static RgbImage read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new ImageFormatException(file.toString(), "a folder, not an image");
        }
        return decode(Files.readAllBytes(file), file.toString());
    }

    /**
     * Decodes the bytes of a file.
     *
     * @param name the file's name, for messages
     * @throws ImageFormatException if they are no image, or a damaged, truncated or oversized one
     */
    public static RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
        return guarded(name, () -> decodeKnown(bytes, name));
    }

    /** What decodes an image. */
    @FunctionalInterface
    private interface Decoding {
        RgbImage run() throws IOException;
    }

    /** Decoders answer damage with exceptions and errors of every kind: to callers they are all one. */
    private static RgbImage guarded(String name, Decoding decoding) throws ImageFormatException {
        try {
            return decoding.run();
        } catch (ImageFormatException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            throw new ImageFormatException(name, "takes more memory to decode than there is: it is damaged, or raise"
                    + " -Xmx", e);
        } catch (IOException | RuntimeException | StackOverflowError | InternalError | AssertionError e) {
            throw new ImageFormatException(name, "the image data is damaged, truncated or of an unsupported kind", e);
        }
    }

    private static RgbImage decodeKnown(byte[] bytes, String name) throws IOException {
        if (bytes.length == 0) {
            throw new ImageFormatException(name, "the file is empty");
        }
        if (JpegFile.isJpeg(bytes)) {
            return JpegFile.check(bytes, name).decode(1);
        }
        if (startsWith(bytes, 0, "\u0089PNG\r\n\u001A\n")) {
            PngFile png = PngFile.check(bytes, name);
            return png.deepGrey()
                    ? decodeByOpenCv(png.essential(), name, opencv_imgcodecs.IMREAD_ANYDEPTH, ImageDecoder::clip)
                    : decodeByOpenCv(png.essential(), name, opencv_imgcodecs.IMREAD_COLOR);
        }
        if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
            return decodeByImageIo(WEBP, WebpFile.essential(bytes, name), name);
        }
        if (startsWith(bytes, 0, "BM")) {
            return decodeByImageIo(BMP, bytes, name);
        }
        if (startsWith(bytes, 0, "GIF8")) {
            GifFile canvas = GifFile.of(bytes, name);
            return decodeByImageIo(GIF, bytes, name, frame -> canvas.place(fromImage(frame), background(frame)));
        }
        if (startsWith(bytes, 0, "II*\0") || startsWith(bytes, 0, "MM\0*")) {
            return decodeByImageIo(TIFF, bytes, name);
        }
        if (startsWith(bytes, 0, "P5") || startsWith(bytes, 0, "P6")) {
            return PnmFile.decode(bytes, name);
        }
        throw new ImageFormatException(name, "not an image of a known format");
    }

    /** Refuses sizes that are not to be decoded; every format calls it before it allocates anything. */
    static void requireSize(String name, int width, int height) throws ImageFormatException {
        if (width < 1 || height < 1) {
            throw new ImageFormatException(name, "the header claims " + width + "x" + height + " pixels");
        }
        if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
            throw new ImageFormatException(name, width + "x" + height + " pixels are too many (at most "
                    + MAX_PIXELS + ", and " + MAX_SIDE + " on a side)");
        }
        if ((long) width * height > Runtime.getRuntime().maxMemory() / BYTES_PER_PIXEL) {
            throw new ImageFormatException(name, width + "x" + height + " pixels do not fit the heap; raise -Xmx");
        }
    }

    /** @param flags OpenCV's, for an image of three channels of 8 bits */
    static RgbImage decodeByOpenCv(byte[] bytes, String name, int flags) throws ImageFormatException {
        return decodeByOpenCv(bytes, name, flags, ImageDecoder::toRgb);
    }

    private static RgbImage decodeByOpenCv(byte[] bytes, String name, int flags, Function<Mat, RgbImage> conversion)
            throws ImageFormatException {
        return guarded(name, () -> {
            try (BytePointer pointer = new BytePointer(bytes);
                 Mat file = new Mat(1, bytes.length, opencv_core.CV_8UC1, pointer);
                 Mat image = opencv_imgcodecs.imdecode(file, opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION | flags)) {
                if (image.empty()) {
                    throw new ImageFormatException(name, "the image data is damaged or of an unsupported kind");
                }
                return conversion.apply(image);
            }
        });
    }

    private static RgbImage toRgb(Mat image) {
        opencv_imgproc.cvtColor(image, image, opencv_imgproc.COLOR_BGR2RGB);
        byte[] pixels = new byte[3 * image.cols() * image.rows()];
        try (BytePointer data = image.data()) {
            data.get(pixels);
        }
        return new RgbImage(image.cols(), image.rows(), pixels);
    }

    private static RgbImage clip(Mat image) {
        byte[] pixels = new byte[3 * image.cols() * image.rows()];
        ShortBuffer values = image.createBuffer();
        for (int i = 0; i < pixels.length; i += 3) {
            byte value = (byte) Math.min(255, values.get() & 0xFFFF);
            pixels[i] = value;
            pixels[i + 1] = value;
            pixels[i + 2] = value;
        }
        return new RgbImage(image.cols(), image.rows(), pixels);
    }

    private static RgbImage decodeByImageIo(ImageReaderSpi format, byte[] bytes, String name) throws IOException {
        return decodeByImageIo(format, bytes, name, ImageDecoder::fromImage);
    }

    private static RgbImage decodeByImageIo(ImageReaderSpi format, byte[] bytes, String name,
                                            Function<BufferedImage, RgbImage> conversion) throws IOException {
        try (ImageInputStream input = format == WEBP ? WebpFile.input(bytes)
                : new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            ImageReader reader = format.createReaderInstance();
            try {
                reader.setInput(input, true, true);
                requireSize(name, reader.getWidth(0), reader.getHeight(0));
                requireSize(name, reader.getTileWidth(0), reader.getTileHeight(0)); // strips of a TIFF may be longer
                String colours = format == TIFF ? colourSpace(reader) : "";
                if (colours.equals("Lab")) {
                    throw new ImageFormatException(name, "a TIFF file in L*a*b* colours, which are not read");
                }
                BufferedImage image = reader.read(0);
                return colours.equals("CMYK") ? toRgb(image, true) : conversion.apply(image);
            } finally {
                reader.dispose();
            }
        }
    }

    /** What Pillow fills the canvas of a GIF with: the transparent colour as the palette has it, or the first. */
    private static int background(BufferedImage frame) {
        IndexColorModel palette = (IndexColorModel) frame.getColorModel();
        return palette.getRGB(Math.max(0, palette.getTransparentPixel()));
    }

    /** The reader gives the inks of a TIFF, or L*a*b*, as if they were red, green and blue; only the metadata tells. */
    private static String colourSpace(ImageReader reader) throws IOException {
        Element tree = (Element) reader.getImageMetadata(0).getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
        NodeList types = tree.getElementsByTagName("ColorSpaceType");
        return types.getLength() == 1 ? ((Element) types.item(0)).getAttribute("name") : "";
    }

    /** The pixels of an image in memory; transparency is ignored. */
    public static RgbImage fromImage(BufferedImage image) {
        return toRgb(image, false);
    }

    /**
     * Takes the samples as they are stored. {@code BufferedImage.getRGB} would convert them to sRGB, and so brighten
     * plain grey.
     */
    private static RgbImage toRgb(BufferedImage image, boolean inks) {
        int width = image.getWidth();
        int height = image.getHeight();
        ColorModel colors = image.getColorModel();
        Raster raster = image.getRaster();
        byte[] pixels = new byte[3 * width * height];
        int bands = raster.getNumBands();
        int[] row = new int[bands * width];
        boolean colour = bands >= 3;
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++, at += 3) {
                if (inks) {
                    int light = 255 - row[bands * x + 3];
                    for (int channel = 0; channel < 3; channel++) {
                        pixels[at + channel] = (byte) (light - Math.round(row[bands * x + channel] * light / 255f));
                    }
                } else if (colors instanceof IndexColorModel palette) {
                    int rgb = palette.getRGB(row[x]);
                    pixels[at] = (byte) (rgb >> 16);
                    pixels[at + 1] = (byte) (rgb >> 8);
                    pixels[at + 2] = (byte) rgb;
                } else {
                    for (int channel = 0; channel < 3; channel++) {
                        int band = colour ? channel : 0;
                        pixels[at + channel] = toByte(row[bands * x + band], colors.getComponentSize(band), colour);
                    }
                }
            }
        }
        return new RgbImage(width, height, pixels);
    }

    private static byte toByte(int sample, int bits, boolean colour) {
        if (bits == 16) {
            return (byte) (colour ? sample >>> 8 : Math.min(255, sample));
        }
        return (byte) (bits == 8 ? sample : sample * 255 / ((1 << bits) - 1));
    }

    private static ImageReaderSpi javaReader(String format) {
        return ImageIO.getImageReadersByFormatName(format).next().getOriginatingProvider();
    }

    /** Whether the bytes at a position are those of a text in ISO 8859-1. */
    static boolean startsWith(byte[] bytes, int at, String text) {
        if (bytes.length < at + text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((bytes[at + i] & 0xFF) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
