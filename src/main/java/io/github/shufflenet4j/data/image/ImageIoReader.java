package io.github.shufflenet4j.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;

/** Decodes images in Java. The samples are taken as they are stored, whatever colour space the file claims. */
enum ImageIoReader {

    BMP(jdkReader("bmp")),

    GIF(jdkReader("gif")) {
        @Override
        RgbImage read(ImageReader reader, byte[] bytes, String name) throws IOException {
            BufferedImage frame = reader.read(0);
            // Pillow fills the canvas with the transparent colour as the palette has it, or else with the first.
            IndexColorModel palette = (IndexColorModel) frame.getColorModel();
            int background = palette.getRGB(Math.max(0, palette.getTransparentPixel()));
            return GifFile.of(bytes, name).place(toRgb(frame), background);
        }
    },

    JPEG(jdkReader("jpeg")),

    /** JPEG in four components, which the JDK's reader gives as they are stored. */
    JPEG_CMYK(jdkReader("jpeg")) {
        @Override
        RgbImage read(ImageReader reader, byte[] bytes, String name) throws IOException {
            return inverted(reader.readRaster(0, null), false);
        }
    },

    /** The same with the first three components in YCbCr. */
    JPEG_YCCK(jdkReader("jpeg")) {
        @Override
        RgbImage read(ImageReader reader, byte[] bytes, String name) throws IOException {
            return inverted(reader.readRaster(0, null), true);
        }
    },

    PNG(jdkReader("png")),

    TIFF(jdkReader("tiff")) {
        @Override
        RgbImage read(ImageReader reader, byte[] bytes, String name) throws IOException {
            // The reader gives inks, or L*a*b*, as if they were red, green and blue; only the metadata tells.
            Element tree = (Element) reader.getImageMetadata(0)
                    .getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
            NodeList types = tree.getElementsByTagName("ColorSpaceType");
            String colours = types.getLength() == 1 ? ((Element) types.item(0)).getAttribute("name") : "";
            ImageFormatException.throwIf(colours.equals("Lab"), name,
                    "a TIFF file in L*a*b* colours, which are not read");
            BufferedImage image = reader.read(0);
            return colours.equals("CMYK") ? inks(image.getRaster()) : toRgb(image);
        }
    },

    WEBP(new WebPImageReaderSpi());

    private final ImageReaderSpi provider;

    ImageIoReader(ImageReaderSpi provider) {
        this.provider = provider;
    }

    /** The JDK's own, whatever other plug-ins are on the class path. */
    private static ImageReaderSpi jdkReader(String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReaderSpi provider = readers.next().getOriginatingProvider();
        while (!provider.getClass().getName().startsWith("com.sun.imageio.") && readers.hasNext()) {
            provider = readers.next().getOriginatingProvider();
        }
        return provider;
    }

    /** Decodes a file of this format, whose structure has been checked where the reader needs that. */
    RgbImage decode(byte[] bytes, String name) throws IOException {
        try (ImageInputStream input = this == WEBP ? WebpFile.input(bytes)
                : new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            ImageReader reader = provider.createReaderInstance();
            try {
                reader.setInput(input, true, true);
                ImageDecoder.requireSize(name, reader.getWidth(0), reader.getHeight(0));
                // Strips of a TIFF may be longer.
                ImageDecoder.requireSize(name, reader.getTileWidth(0), reader.getTileHeight(0));
                return read(reader, bytes, name);
            } finally {
                reader.dispose();
            }
        }
    }

    RgbImage read(ImageReader reader, byte[] bytes, String name) throws IOException {
        return toRgb(reader.read(0));
    }

    /** Takes the samples; {@code BufferedImage.getRGB} would convert them to sRGB, and so brighten plain grey. */
    static RgbImage toRgb(BufferedImage image) {
        ColorModel colors = image.getColorModel();
        if (colors instanceof IndexColorModel palette) {
            return convert(image.getRaster(), (row, at, rgb) -> {
                int color = palette.getRGB(row[at]);
                for (int channel = 0; channel < 3; channel++) {
                    rgb[channel] = color >> 16 - 8 * channel;
                }
            });
        }
        int bands = image.getRaster().getNumBands();
        return convert(image.getRaster(), (row, at, rgb) -> {
            for (int channel = 0; channel < 3; channel++) {
                int band = bands >= 3 ? channel : 0;
                rgb[channel] = toByte(row[at + band], colors.getComponentSize(band), bands > 1);
            }
        });
    }

    /** Of 16 bits Pillow keeps the high ones, but clips plain grey. */
    private static int toByte(int sample, int bits, boolean high) {
        if (bits == 16) {
            return high ? sample >>> 8 : Math.min(255, sample);
        }
        return bits == 8 ? sample : sample * 255 / ((1 << bits) - 1);
    }

    private static RgbImage inks(Raster raster) {
        return convert(raster, (row, at, rgb) -> {
            int light = 255 - row[at + 3];
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] = light - Math.round(row[at + channel] * light / 255f);
            }
        });
    }

    /** Inks as Adobe writes them to JPEG files: 255 is none. */
    private static RgbImage inverted(Raster raster, boolean ycc) {
        return convert(raster, (row, at, rgb) -> {
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] = row[at + channel];
            }
            if (ycc) {
                double blue = rgb[1] - 128;
                double red = rgb[2] - 128;
                int luma = rgb[0];
                rgb[0] = 255 - clamp(luma + 1.402 * red);
                rgb[1] = 255 - clamp(luma - 0.344136 * blue - 0.714136 * red);
                rgb[2] = 255 - clamp(luma + 1.772 * blue);
            }
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] = Math.round(rgb[channel] * row[at + 3] / 255f);
            }
        });
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    /** Makes red, green and blue of the samples that stand at {@code row[at]} and behind it. */
    private interface Conversion {
        void convert(int[] row, int at, int[] rgb);
    }

    private static RgbImage convert(Raster raster, Conversion conversion) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] pixels = new byte[3 * width * height];
        int[] row = new int[raster.getNumBands() * width];
        int[] rgb = new int[3];
        for (int y = 0, at = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                conversion.convert(row, raster.getNumBands() * x, rgb);
                for (int value : rgb) {
                    pixels[at++] = (byte) value;
                }
            }
        }
        return new RgbImage(width, height, pixels);
    }
}
