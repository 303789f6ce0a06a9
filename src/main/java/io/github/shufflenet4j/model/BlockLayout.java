package io.github.shufflenet4j.model;

import java.util.Locale;

/**
 * The two published forms of the ShuffleNet V2 unit. They compute the same kind of function, but their weights and
 * their counts differ, because the paper leaves open how a unit of stride 2 divides its output channels.
 */
public enum BlockLayout {

    /**
     * torchvision's: both branches of a unit of stride 2 give half of the output channels; concatenation and shuffle
     * (two groups) end every unit; the classifier has a bias. Input: RGB, scaled to [0, 1], normalised.
     */
    TORCHVISION,

    /**
     * The authors' (megvii-model/ShuffleNet-Series): the projection of a unit of stride 2 keeps the number of its
     * input channels and the main branch gives the rest; a unit of stride 1 begins by dealing even channels to the
     * identity and odd channels to the main branch, and ends in a plain concatenation; the classifier has no bias,
     * and x2.0 has a dropout of 0.2 in front of it. Input: BGR, 0 to 255. The multiply-adds printed in the paper are
     * this layout's.
     */
    MEGVII;

    /** The name in commands and files, such as {@code torchvision}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
