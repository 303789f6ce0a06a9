package io.github.shufflenet4j.data.loader;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.shufflenet4j.data.DataException;

/**
 * The broken images that a pass over a set has met, and how many it bears: a share of the set. In small sets, where
 * that share is next to nothing, ten are tolerated, but no more than a tenth of the set.
 */
public final class BrokenImages {

    /** Broken images that stop no set of ten times as many, unless none may be broken. */
    private static final int FEW = 10;

    private final int samples;
    private final int tolerated;
    private final List<BrokenImage> images = new ArrayList<>();

    /**
     * @param samples of the set
     * @param limit   share of them that may be broken, 0 to 1. Any but 0 lets small sets have some more; 0 lets none be
     *                broken
     */
    public BrokenImages(int samples, double limit) {
        this.samples = samples;
        int tenth = (samples + 9) / 10;
        this.tolerated = limit == 0 ? 0 : Math.max((int) (limit * samples), Math.min(FEW, tenth));
    }

    /**
     * Takes some more.
     *
     * @throws DataException if they are too many now
     */
    public void add(List<BrokenImage> more) throws DataException {
        images.addAll(more);
        if (images.size() > tolerated) {
            throw new DataException(images.size() + " of " + samples + " images are broken, more than " + tolerated
                    + "; the first is " + images.get(0));
        }
    }

    /** Those met so far. */
    public List<BrokenImage> list() {
        return Collections.unmodifiableList(images);
    }
}
