package io.github.shufflenet4j.data;

import java.util.Arrays;

/**
 * Antialiased bilinear resizing, bit for bit as Pillow's {@code Image.resize(size, BILINEAR)} on 8-bit channels, which
 * is what torchvision's {@code Resize} and {@code RandomResizedCrop} do to images: a triangle filter, as wide as the
 * reduction, first along rows and then along columns, in fixed point with 22 fractional bits, rounded to 8 bits after
 * each pass (Pillow, {@code libImaging/Resample.c}).
 */
public final class Resize {

    private static final int FRACTION_BITS = 22;
    private static final int HALF = 1 << (FRACTION_BITS - 1);

    private Resize() {
    }

    /** The whole image at another size. */
    public static RgbImage resize(RgbImage image, int width, int height) {
        return resize(image, image.bounds(), width, height);
    }

    /** Cuts out {@code source}, then resizes the cut: pixels outside of it do not bleed in. */
    public static RgbImage resize(RgbImage image, Region source, int width, int height) {
        return resize(image, source, width, height, new Region(0, 0, width, height));
    }

    /**
     * Cuts out {@code source}, resizes it to {@code width x height}, and cuts {@code window} out of the result; only
     * what the window shows is worked out.
     *
     * @throws IllegalArgumentException if a region does not lie within its image
     */
    public static RgbImage resize(RgbImage image, Region source, int width, int height, Region window) {
        source.requireWithin(image.width(), image.height());
        window.requireWithin(width, height);
        return resize(image, source, new Filter(0, source.width(), source.width(), width, window.x(), window.width()),
                new Filter(0, source.height(), source.height(), height, window.y(), window.height()), window);
    }

    /**
     * Cuts out what {@code source} is of the whole image, given one of so much smaller sides, and resizes the cut. Where
     * its edges lie within pixels, these are part of it.
     *
     * @param reduction of the sides, which are rounded up; 1 is as {@link #resize(RgbImage, Region, int, int)}
     * @throws IllegalArgumentException if the region does not lie within its image
     */
    static RgbImage resize(RgbImage image, int reduction, Region source, int width, int height) {
        source.requireWithin(reduction * image.width(), reduction * image.height());
        int x = source.x() / reduction;
        int y = source.y() / reduction;
        Region cut = new Region(x, y, (source.x() + source.width() - 1) / reduction + 1 - x,
                (source.y() + source.height() - 1) / reduction + 1 - y);
        double unit = 1.0 / reduction;
        return resize(image, cut,
                new Filter(source.x() * unit - x, source.width() * unit, cut.width(), width, 0, width),
                new Filter(source.y() * unit - y, source.height() * unit, cut.height(), height, 0, height),
                new Region(0, 0, width, height));
    }

    private static RgbImage resize(RgbImage image, Region source, Filter columns, Filter rows, Region window) {
        int top = rows.first();
        int[] narrowed = alongRows(image, source, top, rows.last() - top, columns);
        return new RgbImage(window.width(), window.height(), alongColumns(narrowed, top, 3 * window.width(), rows));
    }

    /**
     * Resamples rows {@code top .. top + count - 1} of the source; the result holds ints, which the next pass can
     * vectorise.
     */
    private static int[] alongRows(RgbImage image, Region source, int top, int count, Filter filter) {
        byte[] pixels = image.pixels();
        int outputs = filter.starts.length;
        int[] result = new int[3 * outputs * count];
        int at = 0;
        for (int y = 0; y < count; y++) {
            int row = 3 * ((source.y() + top + y) * image.width() + source.x());
            for (int x = 0; x < outputs; x++) {
                int from = row + 3 * filter.starts[x];
                int weight = x * filter.taps;
                int red = HALF;
                int green = HALF;
                int blue = HALF;
                for (int end = weight + filter.counts[x]; weight < end; weight++, from += 3) {
                    int w = filter.weights[weight];
                    red += w * (pixels[from] & 0xFF);
                    green += w * (pixels[from + 1] & 0xFF);
                    blue += w * (pixels[from + 2] & 0xFF);
                }
                result[at] = toByte(red);
                result[at + 1] = toByte(green);
                result[at + 2] = toByte(blue);
                at += 3;
            }
        }
        return result;
    }

    /** Resamples columns; {@code values} starts at source row {@code top} and has {@code stride} values per row. */
    private static byte[] alongColumns(int[] values, int top, int stride, Filter filter) {
        int outputs = filter.starts.length;
        byte[] result = new byte[stride * outputs];
        int[] sums = new int[stride];
        for (int y = 0; y < outputs; y++) {
            Arrays.fill(sums, HALF);
            for (int tap = 0; tap < filter.counts[y]; tap++) {
                accumulate(sums, values, (filter.starts[y] - top + tap) * stride, filter.weights[y * filter.taps + tap]);
            }
            for (int x = 0; x < stride; x++) {
                result[y * stride + x] = (byte) toByte(sums[x]);
            }
        }
        return result;
    }

    // A loop of its own, over ints only: this is the form that the JIT compiler turns into vector instructions.
    private static void accumulate(int[] sums, int[] values, int from, int weight) {
        for (int x = 0; x < sums.length; x++) {
            sums[x] += weight * values[from + x];
        }
    }

    /** Weights and values are not negative, and so neither is a sum; rounded weights may add up to more than one. */
    private static int toByte(int sum) {
        return Math.min(255, sum >> FRACTION_BITS);
    }

    /**
     * For each output position of a window on one axis, the run of inputs that it sees and their fixed-point weights.
     */
    private static final class Filter {

        private final int taps;
        private final int[] starts;
        private final int[] counts;
        private final int[] weights;

        /**
         * @param start         where the first output begins, in inputs
         * @param length        inputs that all outputs show
         * @param inputs        the inputs there are
         * @param outputs       among which those show
         * @param firstOutput   of the window
         * @param windowOutputs length of the window
         */
        Filter(double start, double length, int inputs, int outputs, int firstOutput, int windowOutputs) {
            double scale = length / outputs;
            double support = Math.max(scale, 1);
            taps = 2 * (int) Math.ceil(support) + 1;
            starts = new int[windowOutputs];
            counts = new int[windowOutputs];
            weights = new int[windowOutputs * taps];
            double[] exact = new double[taps];
            for (int i = 0; i < windowOutputs; i++) {
                double center = start + (firstOutput + i + 0.5) * scale;
                int first = Math.max(0, (int) (center - support + 0.5));
                int count = Math.min(inputs, (int) (center + support + 0.5)) - first;
                double total = 0;
                for (int tap = 0; tap < count; tap++) {
                    exact[tap] = Math.max(0, 1 - Math.abs((first + tap - center + 0.5) * (1 / support)));
                    total += exact[tap];
                }
                for (int tap = 0; tap < count; tap++) {
                    weights[i * taps + tap] = (int) (0.5 + exact[tap] / total * (1 << FRACTION_BITS));
                }
                starts[i] = first;
                counts[i] = count;
            }
        }

        int first() {
            return starts[0];
        }

        /** One past the last input used; both ends of the runs grow with the output position. */
        int last() {
            return starts[starts.length - 1] + counts[counts.length - 1];
        }
    }
}
