package io.github.shufflenet4j.data.rendered;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.AddressedRandom.Purpose;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.ImageEncoder;
import io.github.shufflenet4j.data.image.Mask;
import io.github.shufflenet4j.io.WriteCheck;

/**
 * A small data set to try everything on without a download: ten classes of drawn shapes as JPEG files in
 * {@code DIR/train/<class>} and {@code DIR/val/<class>}. Colours, position, scale, rotation, proportions, clutter and
 * noise vary from image to image and independently of the class, so that only the shape tells it. Every image is a
 * function of (seed, split, class, number); on one JDK the files are the same, byte for byte.
 *
 * @param size          side of the square images, in pixels, 16 to 4096
 * @param trainPerClass training images per class, at least 1
 * @param valPerClass   validation images per class, at least 1
 * @param seed          another seed gives other images
 * @param scale         size of the shapes relative to the usual one, 0.1 to 1; the smaller, the farther they lie from
 *                      the centre
 */
public record RenderedDataset(int size, int trainPerClass, int valPerClass, long seed, double scale) {

    /** The class names, sorted. */
    public static final List<String> CLASSES = Arrays.stream(RenderedShape.values())
            .map(shape -> shape.name().toLowerCase(Locale.ROOT)).toList();

    private static final float JPEG_QUALITY = 0.9f;
    /** Minimum difference in brightness, of 255, between shape and background. */
    private static final double CONTRAST = 70;
    /** Maximum distance of a shape of the usual size from the centre on an axis, of half a side. */
    private static final double MAX_SHIFT = 0.2;
    private static final double MAX_ROTATION = Math.toRadians(30);
    /** Maximum change of a channel by noise, of 255. */
    private static final double NOISE = 20;

    private static final ImageWriterSpi JPEG = ImageIO.getImageWritersByFormatName("jpeg").next()
            .getOriginatingProvider();

    /** @throws IllegalArgumentException naming the invalid value */
    public RenderedDataset {
        Checks.within("size", size, 16, 4096);
        Checks.atLeast("trainPerClass", trainPerClass, 1);
        Checks.atLeast("valPerClass", valPerClass, 1);
        Checks.within("scale", scale, 0.1, 1);
    }

    /** With shapes of the usual size. */
    public RenderedDataset(int size, int trainPerClass, int valPerClass, long seed) {
        this(size, trainPerClass, valPerClass, seed, 1);
    }

    /** Writes all images to an empty or new folder, and last a README.txt, so that a folder with one is complete. */
    public void write(Path folder) throws IOException {
        WriteCheck.emptyFolder(folder);
        try {
            for (Split split : Split.values()) {
                for (RenderedShape shape : RenderedShape.values()) {
                    each(split, shape, folder.resolve(split.folder()).resolve(CLASSES.get(shape.ordinal())), ".jpg",
                            drawing -> encode(drawing.image()));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.writeString(folder.resolve("README.txt"), String.format(Locale.ROOT, """
                A data set of rendered images for trying image classification, made by shufflenet4j.

                Images:   JPEG, %1$d x %1$d pixels
                Classes:  %2$s
                train:    %3$d images per class
                val:      %4$d images per class
                Seed:     %5$d

                The images are drawn by a program and show nothing but shapes. They may be used for anything.
                """, size, String.join(", ", CLASSES), trainPerClass, valPerClass, seed));
    }

    /**
     * Writes where the shapes of the validation images are, as {@code <class>/<number>.png}, white on black, to an
     * empty or new folder.
     */
    public void writeMasks(Path folder) throws IOException {
        WriteCheck.emptyFolder(folder);
        try {
            for (RenderedShape shape : RenderedShape.values()) {
                Path ofClass = folder.resolve(CLASSES.get(shape.ordinal()));
                each(Split.VAL, shape, ofClass, ".png", drawing -> ImageEncoder.png(mask(drawing.object()).image()));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Draws all images of a class and writes a file for each. */
    private void each(Split split, RenderedShape shape, Path folder, String extension, Function<Drawing, byte[]> file)
            throws IOException {
        Files.createDirectories(folder);
        IntStream.range(0, split == Split.TRAIN ? trainPerClass : valPerClass).parallel().forEach(number -> {
            Drawing drawing = draw(split, shape.ordinal(), number);
            try {
                Files.write(folder.resolve(String.format(Locale.ROOT, "%04d%s", number, extension)),
                        file.apply(drawing));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /**
     * The JPEG file of an image, as {@link #write(Path)} writes it.
     *
     * @param label  index in {@link #CLASSES}
     * @param number from 0
     */
    public byte[] jpeg(Split split, int label, int number) {
        return encode(draw(split, label, number).image());
    }

    /** An image, and its shape in units of which the picture is 2 wide, from the centre. */
    private record Drawing(BufferedImage image, Shape object) {
    }

    private Drawing draw(Split split, int label, int number) {
        return draw(RenderedShape.values()[label],
                AddressedRandom.of(Purpose.RENDERING, seed, split.ordinal(), label, number));
    }

    private Mask mask(Shape object) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            inUnits(graphics);
            graphics.setPaint(Color.WHITE);
            graphics.fill(object);
        } finally {
            graphics.dispose();
        }
        return Mask.of(ImageDecoder.fromImage(image));
    }

    /** From here on a picture is 2 units wide, its centre the origin. */
    private void inUnits(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(size / 2.0, size / 2.0);
        graphics.translate(1, 1);
    }

    private Drawing draw(RenderedShape shape, AddressedRandom random) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Shape object;
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            inUnits(graphics);

            Color background = color(random);
            Color foreground = contrasting(background, random);
            graphics.setPaint(gradient(background, random));
            graphics.fillRect(-1, -1, 2, 2);
            clutter(graphics, 3 + random.nextInt(4), random);

            double reach = MAX_SHIFT + (1 - scale) * (1 - MAX_SHIFT);
            AffineTransform placing = AffineTransform.getTranslateInstance(random.uniform(-reach, reach),
                    random.uniform(-reach, reach));
            placing.rotate(random.uniform(-MAX_ROTATION, MAX_ROTATION));
            double length = scale * random.uniform(0.6, 0.9);
            double stretch = random.uniform(0.9, 1.1);
            placing.scale(length * stretch, length / stretch);
            graphics.setPaint(gradient(foreground, random));
            object = placing.createTransformedShape(shape.outline(random));
            graphics.fill(object);
            clutter(graphics, random.nextInt(2), random);
        } finally {
            graphics.dispose();
        }
        addNoise(image, random);
        return new Drawing(image, object);
    }

    /** Random lines and small discs, half transparent. */
    private static void clutter(Graphics2D graphics, int count, AddressedRandom random) {
        graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.5f));
        for (int i = 0; i < count; i++) {
            graphics.setPaint(color(random));
            double x = random.uniform(-1, 1);
            double y = random.uniform(-1, 1);
            if (random.chance(0.5)) {
                graphics.setStroke(new BasicStroke((float) random.uniform(0.02, 0.06)));
                graphics.draw(new Line2D.Double(x, y, random.uniform(-1, 1), random.uniform(-1, 1)));
            } else {
                double radius = random.uniform(0.03, 0.12);
                graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            }
        }
        graphics.setComposite(AlphaComposite.SrcOver);
    }

    private static Color color(AddressedRandom random) {
        return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }

    private static Color contrasting(Color other, AddressedRandom random) {
        Color color;
        do {
            color = color(random);
        } while (Math.abs(brightness(color) - brightness(other)) < CONTRAST);
        return color;
    }

    private static double brightness(Color color) {
        return 0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue();
    }

    /** From a color to one near it, across the picture. */
    private static Paint gradient(Color color, AddressedRandom random) {
        Color near = new Color(near(color.getRed(), random), near(color.getGreen(), random),
                near(color.getBlue(), random));
        double angle = random.uniform(0, 2 * Math.PI);
        float x = (float) StrictMath.cos(angle);
        float y = (float) StrictMath.sin(angle);
        return new GradientPaint(-x, -y, color, x, y, near);
    }

    private static int near(int value, AddressedRandom random) {
        return clamp(value + random.uniform(-25, 25));
    }

    private static void addNoise(BufferedImage image, AddressedRandom random) {
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        double strength = random.uniform(0, NOISE);
        for (int i = 0; i < pixels.length; i++) {
            int rgb = pixels[i];
            int red = clamp((rgb >> 16 & 0xFF) + random.uniform(-strength, strength));
            int green = clamp((rgb >> 8 & 0xFF) + random.uniform(-strength, strength));
            int blue = clamp((rgb & 0xFF) + random.uniform(-strength, strength));
            pixels[i] = red << 16 | green << 8 | blue;
        }
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, Math.rint(value)));
    }

    private static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriter writer = JPEG.createWriterInstance();
            try {
                ImageWriteParam parameters = writer.getDefaultWriteParam();
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(JPEG_QUALITY);
                writer.setOutput(output);
                writer.write(null, new IIOImage(image, null, null), parameters);
            } finally {
                writer.dispose();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }
}
