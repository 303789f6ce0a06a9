package io.github.shufflenet4j.model.architecture;

import java.util.Locale;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;

/**
 * Properties of a network beside its body.
 *
 * @param name           of small letters, digits and underscores, such as {@code mobilenet_v2_x1_0}
 * @param published      published figures
 * @param imageSize      side, in pixels, of the square images that the published figures are for
 * @param classifierBias whether the classifier has a bias
 * @param dropout        share of the classifier's inputs that training drops, from 0 to below 1
 */
public record NetworkTraits(String name, Published published, int imageSize, boolean classifierBias, double dropout) {

    private static final int DEFAULT_IMAGE_SIZE = 224;

    public NetworkTraits {
        Validate.isTrue(name.matches("[a-z0-9_]+"),
                "a network's name must be of small letters, digits and underscores, got '%s'", name);
        Validate.isTrue(imageSize >= 1, "imageSize must be at least 1, got %s", imageSize);
        Checks.lessThanOne("dropout", dropout);
    }

    /** A network for images of 224x224, whose classifier has a bias and no dropout. */
    public static NetworkTraits of(String name, Published published) {
        return new NetworkTraits(name, published, DEFAULT_IMAGE_SIZE, true, 0);
    }

    /** One of a family: its name is the family's and the constant's. */
    public static NetworkTraits of(String family, Enum<?> member, Published published) {
        return of(family + "_" + member.name().toLowerCase(Locale.ROOT), published);
    }

    /** The same for images of another size. */
    public NetworkTraits withImageSize(int side) {
        return new NetworkTraits(name, published, side, classifierBias, dropout);
    }

    /** The same with a classifier without bias. */
    public NetworkTraits withoutClassifierBias() {
        return new NetworkTraits(name, published, imageSize, false, dropout);
    }

    /** The same with another share of dropped inputs. */
    public NetworkTraits withDropout(double share) {
        return new NetworkTraits(name, published, imageSize, classifierBias, share);
    }
}
