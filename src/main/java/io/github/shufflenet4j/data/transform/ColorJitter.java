package io.github.shufflenet4j.data.transform;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Random changes of brightness, contrast, saturation and hue, in random order: torchvision's {@code ColorJitter} on
 * 8-bit images. A setting of 0 leaves out its change.
 *
 * @param brightness the factor is uniform in {@code max(0, 1 - brightness)} to {@code 1 + brightness}
 * @param contrast   likewise
 * @param saturation likewise
 * @param hue        the turn is uniform in {@code -hue} to {@code hue} of the colour wheel; 0 to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
        implements ImageTransform {

    private static final double MAX_STRENGTH = 1e6;
    private static final int CHANGES = 4;

    /** @throws IllegalArgumentException naming the invalid value */
    public ColorJitter {
        Checks.within("brightness", brightness, 0, MAX_STRENGTH);
        Checks.within("contrast", contrast, 0, MAX_STRENGTH);
        Checks.within("saturation", saturation, 0, MAX_STRENGTH);
        Checks.within("hue", hue, 0, 0.5);
    }

    @Override
    public RgbImage apply(RgbImage image, AddressedRandom random) {
        int[] order = random.permutation(CHANGES);
        double brighter = factor(brightness, random);
        double contrasting = factor(contrast, random);
        double saturated = factor(saturation, random);
        double turn = random.uniform(-hue, hue);
        for (int change : order) {
            image = switch (change) {
                case 0 -> Colors.brightness(image, brighter);
                case 1 -> Colors.contrast(image, contrasting);
                case 2 -> Colors.saturation(image, saturated);
                // Even a turn by nothing rounds the image, so that without a setting there must be none.
                default -> hue == 0 ? image : Colors.hue(image, turn);
            };
        }
        return image;
    }

    private static double factor(double strength, AddressedRandom random) {
        return random.uniform(Math.max(0, 1 - strength), 1 + strength);
    }
}
