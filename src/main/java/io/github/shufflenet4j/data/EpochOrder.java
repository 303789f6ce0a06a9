package io.github.shufflenet4j.data;

import java.util.stream.IntStream;

/**
 * Which sample comes when in an epoch of as many positions as there are samples. With repetitions, copies of a sample
 * follow each other and the epoch ends early, so that it sees fewer samples: repeated augmentation (Hoffer et al.,
 * "Augment your batch", 2020) as torchvision's {@code RASampler} with one replica, but for its rounding of the epoch
 * to a multiple of 256, which would leave nothing of a small data set.
 */
final class EpochOrder {

    private final int[] order;
    private final int repetitions;

    private EpochOrder(int[] order, int repetitions) {
        this.order = order;
        this.repetitions = repetitions;
    }

    /** In the source's own order. */
    static EpochOrder sequential(int samples, int repetitions) {
        return new EpochOrder(IntStream.range(0, samples).toArray(), repetitions);
    }

    /** In the random order of an epoch. */
    static EpochOrder shuffled(long seed, int epoch, int samples, int repetitions) {
        return new EpochOrder(AddressedRandom.epochOrder(seed, epoch, samples), repetitions);
    }

    /** The number of positions. */
    int size() {
        return order.length;
    }

    /** The sample at a position. */
    int sample(int position) {
        return order[position / repetitions];
    }

    /** Which of the sample's copies is at a position, from 0. */
    int copy(int position) {
        return position % repetitions;
    }
}
