package io.github.shufflenet4j.data;

import java.util.List;

/**
 * Augmentation for training: the steps in order, which end in an image of {@code size x size}, then its numbers as
 * the preprocessing scales and normalises them.
 *
 * @param size          side of the input, in pixels
 * @param steps         applied one after the other, all with the sample's one generator
 * @param preprocessing gives channel order, scale, mean and std; its resize and crop are not used
 */
public record TrainTransform(int size, List<ImageTransform> steps, Preprocessing preprocessing)
        implements InputTransform {

    /** @throws IllegalArgumentException if the size is below 1 */
    public TrainTransform {
        if (size < 1) {
            throw new IllegalArgumentException("size must be at least 1, not " + size);
        }
        steps = List.copyOf(steps);
    }

    /** torchvision's plain recipe: {@code RandomResizedCrop(size)}, then a flip half of the time. */
    public static TrainTransform standard(int size, Preprocessing preprocessing) {
        return new TrainTransform(size, List.of(new RandomResizedCrop(size), new RandomHorizontalFlip(0.5)),
                preprocessing);
    }

    @Override
    public int channels() {
        return preprocessing.channels();
    }

    /** @throws IllegalStateException if the steps leave the image at another size */
    @Override
    public void apply(RgbImage image, AddressedRandom random, float[] target, int offset) {
        RgbImage augmented = augment(image, random);
        if (augmented.width() != size || augmented.height() != size) {
            throw new IllegalStateException(
                    "the steps " + steps + " give " + augmented + " where " + size + "x" + size + " is asked for");
        }
        preprocessing.normalize(augmented, target, offset);
    }

    /** The image after all steps, for looking at. */
    public RgbImage augment(RgbImage image, AddressedRandom random) {
        for (ImageTransform step : steps) {
            image = step.apply(image, random);
        }
        return image;
    }
}
