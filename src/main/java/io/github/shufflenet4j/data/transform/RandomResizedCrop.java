package io.github.shufflenet4j.data.transform;

import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.JpegFile;
import io.github.shufflenet4j.data.image.Orientation;
import io.github.shufflenet4j.data.image.Region;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * A random part of the image, of random area and aspect ratio, resized to a square: torchvision's
 * {@code RandomResizedCrop}. Ten parts are tried; if none fits into the image, the largest central one whose ratio is
 * within bounds is taken.
 *
 * @param size     side of the result, in pixels
 * @param minScale minimum share of the image's area
 * @param maxScale maximum share
 * @param minRatio minimum width / height
 * @param maxRatio maximum width / height; the ratio's logarithm is uniform
 */
public record RandomResizedCrop(int size, double minScale, double maxScale, double minRatio, double maxRatio)
        implements ImageTransform {

    private static final int TRIES = 10;
    /** The maximum of JPEG decoders. */
    private static final int MAX_REDUCTION = 8;

    /** @throws IllegalArgumentException naming the invalid value */
    public RandomResizedCrop {
        Checks.atLeast("size", size, 1);
        Checks.positiveRange("scale", minScale, maxScale);
        Checks.positiveRange("ratio", minRatio, maxRatio);
    }

    /** With torchvision's defaults: scale 0.08 to 1, ratio 3/4 to 4/3. */
    public RandomResizedCrop(int size) {
        this(size, 0.08, 1, 3 / 4.0, 4 / 3.0);
    }

    @Override
    public RgbImage apply(RgbImage image, AddressedRandom random) {
        return Resize.resize(image, choose(image.width(), image.height(), random), size, size);
    }

    /**
     * As of the decoded image, but that a JPEG file is decoded at a half, a quarter or an eighth of its size where the
     * part is no smaller than the result even then. The result shows the same part, and is a little sharper.
     */
    @Override
    public RgbImage apply(EncodedImage image, AddressedRandom random) throws ImageFormatException {
        Optional<JpegFile> jpeg = image.jpeg();
        if (jpeg.isEmpty()) {
            return apply(image.decode(), random);
        }
        JpegFile file = jpeg.get();
        Orientation orientation = image.orientation();
        Region part = choose(orientation.width(file.width(), file.height()),
                orientation.height(file.width(), file.height()), random);
        int reduction = MAX_REDUCTION;
        while (reduction > 1 && Math.min(part.width(), part.height()) < reduction * size) {
            reduction /= 2;
        }
        // The stored part is resized, since the result takes less time to turn.
        return orientation.turn(Resize.resize(file.decode(reduction), reduction,
                orientation.stored(part, file.width(), file.height()), size, size));
    }

    /** The part taken of an image of the given size. */
    Region choose(int width, int height, AddressedRandom random) {
        double area = (double) width * height;
        for (int i = 0; i < TRIES; i++) {
            double target = area * random.uniform(minScale, maxScale);
            double ratio = StrictMath.exp(random.uniform(StrictMath.log(minRatio), StrictMath.log(maxRatio)));
            int w = (int) Math.rint(Math.sqrt(target * ratio));
            int h = (int) Math.rint(Math.sqrt(target / ratio));
            if (0 < w && w <= width && 0 < h && h <= height) {
                int y = random.nextInt(height - h + 1);
                int x = random.nextInt(width - w + 1);
                return new Region(x, y, w, h);
            }
        }
        double ratio = (double) width / height;
        int w = ratio > maxRatio ? Math.max(1, (int) Math.rint(height * maxRatio)) : width;
        int h = ratio < minRatio ? Math.max(1, (int) Math.rint(width / minRatio)) : height;
        return new Region((width - w) / 2, (height - h) / 2, w, h);
    }
}
