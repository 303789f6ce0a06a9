package io.github.shufflenet4j.data.loader;

import io.github.shufflenet4j.check.Checks;

/**
 * What the samples of a mixed batch are labelled: each partly its own class, partly that of the sample mixed into it.
 *
 * @param share  of a sample's own class in its target, 0 to 1; the rest is the other's
 * @param others for each sample, the class of the sample mixed into it
 */
public record LabelMix(double share, int[] others) {

    /** @throws IllegalArgumentException if the share is none */
    public LabelMix {
        Checks.within("a share", share, 0, 1);
    }
}
