package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * One operation of fourteen, at one strength, both uniformly random: TrivialAugment (Müller and Hutter,
 * "TrivialAugment: tuning-free yet state-of-the-art data augmentation", 2021) in its wide search space, with the
 * operations and strengths of torchvision's {@code TrivialAugmentWide} on 8-bit images, nearest pixels, black outside.
 *
 * @param bins the number of strengths, from none to the strongest, at least 2
 */
public record TrivialAugmentWide(int bins) implements ImageTransform {

    private static final int DEFAULT_BINS = 31;
    private static final double MAX_LOST_BITS = 6;

    /** The operations, in torchvision's order. */
    enum Operation {
        IDENTITY(0, 0, false),
        SHEAR_X(0, 0.99f, true),
        SHEAR_Y(0, 0.99f, true),
        TRANSLATE_X(0, 32, true),
        TRANSLATE_Y(0, 32, true),
        ROTATE(0, 135, true),
        BRIGHTNESS(0, 0.99f, true),
        COLOR(0, 0.99f, true),
        CONTRAST(0, 0.99f, true),
        SHARPNESS(0, 0.99f, true),
        POSTERIZE(0, 0, false) {
            @Override
            double magnitude(int bin, int bins) {
                return 8 - Math.rint((float) bin / (float) ((bins - 1) / MAX_LOST_BITS));
            }
        },
        SOLARIZE(255, 0, false),
        AUTO_CONTRAST(0, 0, false),
        EQUALIZE(0, 0, false);

        private final float first;
        private final float last;
        private final boolean signed;

        Operation(float first, float last, boolean signed) {
            this.first = first;
            this.last = last;
            this.signed = signed;
        }

        boolean isSigned() {
            return signed;
        }

        /** The strength of a bin: evenly spaced, in single precision from the nearer end, as {@code torch.linspace}. */
        double magnitude(int bin, int bins) {
            float step = (last - first) / (bins - 1);
            return bin < bins / 2 ? first + step * bin : last - step * (bins - 1 - bin);
        }

        RgbImage apply(RgbImage image, double magnitude) {
            return switch (this) {
                case IDENTITY -> image;
                case SHEAR_X -> Affine.shearX(magnitude).apply(image);
                case SHEAR_Y -> Affine.shearY(magnitude).apply(image);
                case TRANSLATE_X -> Affine.translate((int) magnitude, 0).apply(image);
                case TRANSLATE_Y -> Affine.translate(0, (int) magnitude).apply(image);
                case ROTATE -> Affine.rotate(magnitude, image.width(), image.height()).apply(image);
                case BRIGHTNESS -> Colors.brightness(image, 1 + magnitude);
                case COLOR -> Colors.saturation(image, 1 + magnitude);
                case CONTRAST -> Colors.contrast(image, 1 + magnitude);
                case SHARPNESS -> Colors.sharpness(image, 1 + magnitude);
                case POSTERIZE -> Colors.posterize(image, (int) magnitude);
                case SOLARIZE -> Colors.solarize(image, magnitude);
                case AUTO_CONTRAST -> Colors.autoContrast(image);
                case EQUALIZE -> Colors.equalize(image);
            };
        }
    }

    private static final Operation[] OPERATIONS = Operation.values();

    /** @throws IllegalArgumentException if there are fewer than 2 bins */
    public TrivialAugmentWide {
        Checks.atLeast("bins", bins, 2);
    }

    /** With torchvision's 31 strengths. */
    public TrivialAugmentWide() {
        this(DEFAULT_BINS);
    }

    @Override
    public RgbImage apply(RgbImage image, AddressedRandom random) {
        Operation operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
        double magnitude = operation.magnitude(random.nextInt(bins), bins);
        boolean negative = operation.isSigned() && random.chance(0.5);
        return operation.apply(image, negative ? -magnitude : magnitude);
    }
}
