package io.github.shufflenet4j.data.transform;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;

/**
 * Augmentation for training: the image steps, which give an image of {@code size x size}; scaling, lighting and
 * normalisation; then random erasing. All draw from the sample's generator, in this order.
 *
 * @param size          side of the input, in pixels
 * @param steps         applied to the image one after the other
 * @param lighting      a colour added to the scaled numbers, before they are normalised
 * @param erasing       applied to the normalised numbers
 * @param preprocessing gives channel order, scale, mean and std; its resize and crop are not used
 */
public record TrainTransform(int size, List<ImageTransform> steps, Optional<PcaLighting> lighting,
                             Optional<RandomErasing> erasing, Preprocessing preprocessing)
        implements InputTransform {

    /** @throws IllegalArgumentException if the size is below 1 */
    public TrainTransform {
        Checks.atLeast("size", size, 1);
        steps = List.copyOf(steps);
        Objects.requireNonNull(lighting, "lighting");
        Objects.requireNonNull(erasing, "erasing");
        Objects.requireNonNull(preprocessing, "preprocessing");
    }

    /** Steps on the image alone. */
    public TrainTransform(int size, List<ImageTransform> steps, Preprocessing preprocessing) {
        this(size, steps, Optional.empty(), Optional.empty(), preprocessing);
    }

    /** torchvision's plain recipe: {@code RandomResizedCrop(size)}, then a flip half of the time. */
    public static TrainTransform standard(int size, Preprocessing preprocessing) {
        return new TrainTransform(size, List.of(new RandomResizedCrop(size), new RandomHorizontalFlip(0.5)),
                preprocessing);
    }

    /** The same with one more step on the image, after those there are. */
    public TrainTransform with(ImageTransform step) {
        return new TrainTransform(size, Stream.concat(steps.stream(), Stream.of(step)).toList(), lighting, erasing,
                preprocessing);
    }

    /** The same with this lighting. */
    public TrainTransform with(PcaLighting light) {
        return new TrainTransform(size, steps, Optional.of(light), erasing, preprocessing);
    }

    /** The same with this erasing. */
    public TrainTransform with(RandomErasing step) {
        return new TrainTransform(size, steps, lighting, Optional.of(step), preprocessing);
    }

    @Override
    public int channels() {
        return preprocessing.channels();
    }

    @Override
    public boolean ignoreExif() {
        return preprocessing.ignoreExif();
    }

    /** @throws IllegalStateException if the steps leave the image at another size */
    @Override
    public void apply(RgbImage image, AddressedRandom random, float[] target, int offset) {
        write(augment(image, steps, random), random, target, offset);
    }

    @Override
    public void apply(EncodedImage image, AddressedRandom random, float[] target, int offset)
            throws ImageFormatException {
        RgbImage augmented = steps.isEmpty() ? image.decode()
                : augment(steps.get(0).apply(image, random), steps.subList(1, steps.size()), random);
        write(augmented, random, target, offset);
    }

    private void write(RgbImage augmented, AddressedRandom random, float[] target, int offset) {
        Validate.validState(augmented.width() == size && augmented.height() == size,
                "the steps %s give %s where %sx%s is asked for", steps, augmented, size, size);
        double[] light = lighting.map(lights -> lights.shift(random)).orElse(Preprocessing.NO_SHIFT);
        preprocessing.normalize(augmented, light, target, offset);
        erasing.ifPresent(step -> step.apply(target, offset, channels(), size, random));
    }

    private static RgbImage augment(RgbImage image, List<ImageTransform> steps, AddressedRandom random) {
        for (ImageTransform step : steps) {
            image = step.apply(image, random);
        }
        return image;
    }
}
