package io.github.shufflenet4j.data.loader;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.shufflenet4j.data.DataException;

/**
 * The damaged images found in a pass over a data set, which tolerates a share of them. Small sets tolerate up to ten,
 * but no more than a tenth of the set.
 */
public final class DamagedImages {

    private static final int FEW = 10;

    private final int samples;
    private final int tolerated;
    private final Set<DamagedImage> images = new LinkedHashSet<>();

    /** @param limit share of the samples that may be damaged, 0 to 1; 0 tolerates none, in small sets as well */
    public DamagedImages(int samples, double limit) {
        this.samples = samples;
        int tenth = (samples + 9) / 10;
        this.tolerated = limit == 0 ? 0 : Math.max((int) (limit * samples), Math.min(FEW, tenth));
    }

    /** Adds some more, each once; throws a DataException if there are too many now. */
    public void add(List<DamagedImage> more) throws DataException {
        images.addAll(more);
        if (images.size() > tolerated) {
            throw new DataException(images.size() + " of " + samples + " images are damaged, more than " + tolerated
                    + "; the first is " + images.iterator().next());
        }
    }

    /** The images so far. */
    public List<DamagedImage> list() {
        return List.copyOf(images);
    }
}
