package io.github.shufflenet4j.data;

/**
 * Swaps left and right, as torchvision's {@code RandomHorizontalFlip}.
 *
 * @param probability how often, 0 to 1
 */
public record RandomHorizontalFlip(double probability) implements ImageTransform {

    /** @throws IllegalArgumentException if it is no probability */
    public RandomHorizontalFlip {
        Checks.probability(probability);
    }

    @Override
    public RgbImage apply(RgbImage image, AddressedRandom random) {
        return random.chance(probability) ? flip(image) : image;
    }

    private static RgbImage flip(RgbImage image) {
        byte[] pixels = image.pixels();
        byte[] flipped = new byte[pixels.length];
        int row = 3 * image.width();
        for (int start = 0; start < pixels.length; start += row) {
            for (int from = start, to = start + row - 3; from < start + row; from += 3, to -= 3) {
                flipped[to] = pixels[from];
                flipped[to + 1] = pixels[from + 1];
                flipped[to + 2] = pixels[from + 2];
            }
        }
        return new RgbImage(image.width(), image.height(), flipped);
    }
}
