package io.github.shufflenet4j.data.transform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Swaps left and right, as torchvision's {@code RandomHorizontalFlip}.
 *
 * @param probability how often, 0 to 1
 */
public record RandomHorizontalFlip(double probability) implements ImageTransform {

    private static final int RGB = 3;
    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** @throws IllegalArgumentException if it is no probability */
    public RandomHorizontalFlip {
        Checks.within("probability", probability, 0, 1);
    }

    @Override
    public RgbImage apply(RgbImage image, AddressedRandom random) {
        return random.chance(probability) ? flip(image) : image;
    }

    private static RgbImage flip(RgbImage image) {
        byte[] pixels = image.pixels();
        byte[] flipped = new byte[pixels.length];
        int row = RGB * image.width();
        for (int start = 0; start < pixels.length; start += row) {
            int last = start + row - RGB;
            // A pixel is read with the byte before it, and written with a byte that the next one overwrites.
            for (int to = start, from = last - 1; to < last; to += RGB, from -= RGB) {
                FOUR_BYTES.set(flipped, to, (int) FOUR_BYTES.get(pixels, from) >>> Byte.SIZE);
            }
            System.arraycopy(pixels, start, flipped, last, RGB);
        }
        return new RgbImage(image.width(), image.height(), flipped);
    }
}
