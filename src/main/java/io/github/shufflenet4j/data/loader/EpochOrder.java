package io.github.shufflenet4j.data.loader;

/**
 * The order of the samples in an epoch of as many positions as there are samples. With repetitions, an epoch shows
 * fewer samples, each several times: repeated augmentation (Hoffer et al., "Augment your batch", 2020) as torchvision's
 * {@code RASampler}, but for its rounding of the epoch to a multiple of 256, which would leave nothing of a small data
 * set.
 *
 * <p>As {@code RASampler} gives the copies of a sample to different devices, so that no two of them are normalised or
 * mixed together, different batches get them here. The positions form groups; a group repeats its samples once for each
 * copy, in the same order. A step of at least as many batches as there are copies is a group; otherwise the epoch is a
 * single group, so that successive steps see different samples.
 */
final class EpochOrder {

    private final int[] order;
    private final int groupSize;
    private final int samplesPerGroup;

    /** @param repetitions maximum number of copies of a sample; fewer in very small data sets */
    EpochOrder(int[] order, int repetitions, int batchSize, int updateBatches) {
        this.order = order;
        int positions = Math.max(1, order.length);
        groupSize = updateBatches < repetitions ? positions
                : (int) Math.min(positions, (long) updateBatches * batchSize);
        samplesPerGroup = Math.max((groupSize - 1) / repetitions + 1, Math.min(batchSize, groupSize));
    }

    int size() {
        return order.length;
    }

    int sample(int position) {
        return order[position / groupSize * samplesPerGroup + position % groupSize % samplesPerGroup];
    }

    /** Which of the sample's copies is at a position, from 0. */
    int copy(int position) {
        return position % groupSize / samplesPerGroup;
    }
}
