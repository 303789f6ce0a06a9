package io.github.shufflenet4j.data.transform;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.Luma;
import io.github.shufflenet4j.data.image.Region;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Makes the input of a trained network from an image: shorter side resized (antialiased bilinear), centre cropped,
 * {@code (value * scale - mean) / std} per channel; the same as torchvision's {@code Resize, CenterCrop, ToTensor,
 * Normalize}. A value that travels with the weights, as JSON by its component names.
 *
 * @param resize       length of the shorter side after resizing, in pixels
 * @param crop         side of the central square, in pixels; an image smaller than it is padded with black
 * @param channelOrder which planes there are, and their order
 * @param scale        factor on the 8-bit values, such as 1/255
 * @param mean         subtracted after scaling, one per plane
 * @param std          divided by, one per plane, not zero
 * @param ignoreExif   whether images are taken as they are stored, as by torchvision, not turned upright by their EXIF
 *                     data; in JSON false where it is missing
 */
public record Preprocessing(int resize, int crop, ChannelOrder channelOrder, double scale, List<Double> mean,
                            List<Double> std, boolean ignoreExif) implements InputTransform, Serializable {

    /** Side of the crop divided by the resized image's shorter side, in torchvision's evaluation: 224 of 256. */
    public static final double CROP_RATIO = 0.875;

    /** No addition to red, green and blue. */
    static final double[] NO_SHIFT = new double[3];

    private static final int RGB = 3;
    /** Maximum of resize and crop, in pixels: a file must not make a single input take all memory. */
    private static final int MAX_SIDE = 4096;

    /** The planes of an input. */
    public enum ChannelOrder {
        /** Red, green, blue: torchvision and most others. */
        RGB(3),
        /** Blue, green, red: what OpenCV reads, and so networks trained on its images. */
        BGR(3),
        /** One plane of luma (ITU-R 601), as Pillow's {@code convert("L")}, taken after cropping. */
        GRAY(1);

        private final int channels;

        ChannelOrder(int channels) {
            this.channels = channels;
        }

        public int channels() {
            return channels;
        }
    }

    /** @throws IllegalArgumentException naming the invalid value */
    public Preprocessing {
        Checks.within("resize", resize, 1, MAX_SIDE);
        Checks.within("crop", crop, 1, MAX_SIDE);
        Validate.isTrue(channelOrder != null, "channelOrder is missing");
        Checks.positive("scale", scale);
        mean = perChannel("mean", mean, channelOrder);
        std = perChannel("std", std, channelOrder);
        Validate.isTrue(!std.contains(0.0) && !std.contains(-0.0), "std must not be zero: %s", std);
    }

    /** Of upright images. */
    public Preprocessing(int resize, int crop, ChannelOrder channelOrder, double scale, List<Double> mean,
                         List<Double> std) {
        this(resize, crop, channelOrder, scale, mean, std, false);
    }

    /** The same for another size. */
    public Preprocessing withSize(int shorterSide, int side) {
        return new Preprocessing(shorterSide, side, channelOrder, scale, mean, std, ignoreExif);
    }

    /** The same of images as they are stored, or of upright ones. */
    public Preprocessing ignoringExif(boolean ignore) {
        return new Preprocessing(resize, crop, channelOrder, scale, mean, std, ignore);
    }

    /** The same of grey images: one plane, with the means of mean and std over the colours. */
    public Preprocessing gray() {
        return new Preprocessing(resize, crop, ChannelOrder.GRAY, scale, List.of(average(mean)), List.of(average(std)),
                ignoreExif);
    }

    private static double average(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }

    /** torchvision's for its ImageNet weights: RGB in 0..1, normalised by ImageNet's statistics. */
    public static Preprocessing torchvision(int resize, int crop) {
        return new Preprocessing(resize, crop, ChannelOrder.RGB, 1 / 255.0,
                List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /** The same for a crop of any size, with torchvision's {@link #CROP_RATIO}. */
    public static Preprocessing torchvision(int crop) {
        return torchvision(resize(crop, CROP_RATIO), crop);
    }

    /** Shorter side of the image from which a crop is cut whose side is {@code ratio} of it. */
    public static int resize(int crop, double ratio) {
        return (int) Math.round(crop / ratio);
    }

    /** The authors' for their ImageNet weights: 256/224, BGR in 0..255 as it is. */
    public static Preprocessing megvii() {
        return new Preprocessing(256, 224, ChannelOrder.BGR, 1, Collections.nCopies(3, 0.0),
                Collections.nCopies(3, 1.0));
    }

    @Override
    public int channels() {
        return channelOrder.channels();
    }

    @Override
    public int size() {
        return crop;
    }

    /** The input for one image, {@code [channels][crop][crop]}. */
    public float[] apply(RgbImage image) {
        float[] input = new float[length()];
        apply(image, input, 0);
        return input;
    }

    /** Writes the input for one image into {@code target} from {@code offset} on. */
    public void apply(RgbImage image, float[] target, int offset) {
        normalize(resizeAndCrop(image), NO_SHIFT, target, offset);
    }

    @Override
    public void apply(RgbImage image, AddressedRandom random, float[] target, int offset) {
        apply(image, target, offset);
    }

    /** The part of an image of these sides that the input shows. */
    public CropArea cropArea(int width, int height) {
        int shorter = Math.min(width, height);
        int columns = longer(width, shorter);
        int rows = longer(height, shorter);
        return new CropArea(cropOffset(columns), cropOffset(rows), crop, crop)
                .scaled((double) width / columns, (double) height / rows);
    }

    /** The pixels of the input, {@code crop x crop}, before they are scaled. */
    public RgbImage resizeAndCrop(RgbImage image) {
        int shorter = Math.min(image.width(), image.height());
        int width = longer(image.width(), shorter);
        int height = longer(image.height(), shorter);
        int left = cropOffset(width);
        int top = cropOffset(height);
        Region window = new Region(Math.max(0, left), Math.max(0, top), Math.min(crop, width), Math.min(crop, height));
        RgbImage visible = Resize.resize(image, image.bounds(), width, height, window);
        if (left >= 0 && top >= 0) {
            return visible;
        }
        byte[] black = new byte[3 * crop * crop];
        visible.copyTo(black, crop, Math.max(0, -left), Math.max(0, -top));
        return new RgbImage(crop, crop, black);
    }

    /**
     * Scales and normalises an image as it is, of any size, into planes.
     *
     * @param shift added to red, green and blue after scaling, where white is 1
     * @return the number of floats written: {@code channels * height * width}
     */
    int normalize(RgbImage image, double[] shift, float[] target, int offset) {
        byte[] pixels = image.pixels();
        int plane = image.width() * image.height();
        if (channelOrder == ChannelOrder.GRAY) {
            float[] table = table(0, (Luma.RED * shift[0] + Luma.GREEN * shift[1] + Luma.BLUE * shift[2]) / Luma.ONE);
            for (int i = 0; i < plane; i++) {
                int red = pixels[3 * i] & 0xFF;
                int green = pixels[3 * i + 1] & 0xFF;
                int blue = pixels[3 * i + 2] & 0xFF;
                target[offset + i] = table[Luma.of(red, green, blue)];
            }
            return plane;
        }
        float[] reds = table(colour(0), shift[0]);
        float[] greens = table(colour(1), shift[1]);
        float[] blues = table(colour(2), shift[2]);
        int red = offset + colour(0) * plane;
        int green = offset + colour(1) * plane;
        int blue = offset + colour(2) * plane;
        for (int i = 0, from = 0; i < plane; i++, from += RGB) {
            target[red + i] = reds[pixels[from] & 0xFF];
            target[green + i] = greens[pixels[from + 1] & 0xFF];
            target[blue + i] = blues[pixels[from + 2] & 0xFF];
        }
        return RGB * plane;
    }

    /** The image that the {@code size x size} input at {@code offset} shows: {@link #apply(RgbImage)} backwards. */
    public RgbImage picture(float[] input, int offset, int size) {
        int plane = size * size;
        byte[] pixels = new byte[RGB * plane];
        for (int colour = 0; colour < RGB; colour++) {
            int channel = channelOrder == ChannelOrder.GRAY ? 0 : colour(colour);
            int from = offset + channel * plane;
            double spread = std.get(channel) / scale;
            double center = mean.get(channel) / scale;
            for (int i = 0; i < plane; i++) {
                double value = Math.rint(input[from + i] * spread + center);
                pixels[RGB * i + colour] = (byte) (int) Math.max(0, Math.min(255, value));
            }
        }
        return new RgbImage(size, size, pixels);
    }

    /** The colour of a channel, and as well the channel of a colour. */
    private int colour(int channel) {
        return channelOrder == ChannelOrder.RGB ? channel : RGB - 1 - channel;
    }

    /**
     * The normalised number of each of the 256 values, in single precision step by step as torchvision computes it.
     *
     * @param shift added after scaling, where white is 1
     */
    private float[] table(int channel, double shift) {
        float center = mean.get(channel).floatValue();
        float spread = std.get(channel).floatValue();
        float light = (float) (shift * 255 * scale);
        float[] table = new float[256];
        for (int value = 0; value < 256; value++) {
            table[value] = ((float) (value * scale) + light - center) / spread;
        }
        return table;
    }

    private int longer(int side, int shorter) {
        return Math.toIntExact((long) resize * side / shorter);
    }

    /** The start of the crop on an axis, rounding halves to even as Python does; negative where black must be added. */
    private int cropOffset(int side) {
        return side < crop ? -((crop - side) / 2) : (int) Math.rint((side - crop) / 2.0);
    }

    private static List<Double> perChannel(String name, List<Double> values, ChannelOrder order) {
        Validate.isTrue(values != null && values.size() == order.channels(), "%s must have %s values for %s, not %s",
                name, order.channels(), order, values);
        Validate.isTrue(values.stream().allMatch(value -> value != null && Double.isFinite(value)),
                "%s must be finite: %s", name, values);
        return List.copyOf(values);
    }
}
