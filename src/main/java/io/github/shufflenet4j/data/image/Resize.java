package io.github.shufflenet4j.data.image;

import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;

/**
 * Antialiased bilinear resizing, bit for bit as Pillow's {@code Image.resize(size, BILINEAR)} on 8-bit channels, which
 * is what torchvision's {@code Resize} and {@code RandomResizedCrop} do to images: a triangle filter, as wide as the
 * reduction, first along rows and then along columns, in fixed point with 22 fractional bits, rounded to 8 bits after
 * each pass (Pillow, {@code libImaging/Resample.c}).
 */
public final class Resize {

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
        return resize(image, source, triangle(0, source.width(), source.width(), width, window.x(), window.width()),
                triangle(0, source.height(), source.height(), height, window.y(), window.height()));
    }

    /**
     * Cuts out what {@code source} is of the whole image, given one of so much smaller sides, and resizes the cut.
     * Where its edges lie within pixels, these are part of it.
     *
     * @param reduction of the sides, which are rounded up; 1 is as {@link #resize(RgbImage, Region, int, int)}
     * @throws IllegalArgumentException if the region does not lie within its image
     */
    public static RgbImage resize(RgbImage image, int reduction, Region source, int width, int height) {
        source.requireWithin(reduction * image.width(), reduction * image.height());
        int x = source.x() / reduction;
        int y = source.y() / reduction;
        Region cut = new Region(x, y, (source.x() + source.width() - 1) / reduction + 1 - x,
                (source.y() + source.height() - 1) / reduction + 1 - y);
        double unit = 1.0 / reduction;
        return resize(image, cut,
                triangle(source.x() * unit - x, source.width() * unit, cut.width(), width, 0, width),
                triangle(source.y() * unit - y, source.height() * unit, cut.height(), height, 0, height));
    }

    private static RgbImage resize(RgbImage image, Region part, ResamplingFilter columns, ResamplingFilter rows) {
        int pitch = 3 * image.width();
        byte[] pixels = KernelProviders.resampler(columns, rows)
                .apply(image.pixels(), part.y() * pitch + 3 * part.x(), pitch);
        return new RgbImage(columns.outputs(), rows.outputs(), pixels);
    }

    /**
     * Pillow's triangle filter on one axis, in double precision until its weights are rounded: {@code outputs} that
     * show {@code length} inputs from {@code start} on, of which {@code count} from {@code first} on are computed.
     */
    private static ResamplingFilter triangle(double start, double length, int inputs, int outputs, int first,
                                             int count) {
        double scale = length / outputs;
        double support = Math.max(scale, 1);
        int[] starts = new int[count];
        int[] ends = new int[count];
        int taps = 1;
        for (int i = 0; i < count; i++) {
            double center = start + (first + i + 0.5) * scale;
            starts[i] = Math.max(0, (int) (center - support + 0.5));
            ends[i] = Math.min(inputs, (int) (center + support + 0.5));
            taps = Math.max(taps, ends[i] - starts[i]);
        }
        int[] weights = new int[count * taps];
        double[] exact = new double[taps];
        for (int i = 0; i < count; i++) {
            double center = start + (first + i + 0.5) * scale;
            double total = 0;
            for (int input = starts[i]; input < ends[i]; input++) {
                double weight = Math.max(0, 1 - Math.abs((input - center + 0.5) * (1 / support)));
                exact[input - starts[i]] = weight;
                total += weight;
            }
            // Outputs that see fewer inputs than others see some more, by weights of zero.
            int seen = Math.min(starts[i], inputs - taps);
            for (int input = starts[i]; input < ends[i]; input++) {
                weights[i * taps + input - seen] =
                        (int) (0.5 + exact[input - starts[i]] / total * (1 << Resampler.FRACTION_BITS));
            }
            starts[i] = seen;
        }
        return new ResamplingFilter(inputs, taps, starts, weights);
    }
}
