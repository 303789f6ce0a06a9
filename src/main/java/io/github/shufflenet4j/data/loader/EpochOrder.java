package io.github.shufflenet4j.data.loader;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.kernel.Rounding;

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
 *
 * <p>A balanced epoch shows every class equally often, but for a remainder: of a class of more samples than that some,
 * other ones in each epoch, and of a class of fewer all, as often as it takes (class-aware sampling: Shen, Lin and
 * Huang, "Relay backpropagation for effective learning of deep convolutional neural networks", 2016).
 */
final class EpochOrder {

    private final int[] order;
    /** Which of its sample's copies each position of a balanced epoch has; null in others. */
    private final int[] copies;
    private final int groupSize;
    private final int samplesPerGroup;

    /** @param repetitions maximum number of copies of a sample; fewer in very small data sets */
    EpochOrder(int[] order, int repetitions, int batchSize, int updateBatches) {
        this.order = order;
        this.copies = null;
        int positions = Math.max(1, order.length);
        groupSize = updateBatches < repetitions ? positions
                : (int) Math.min(positions, (long) updateBatches * batchSize);
        samplesPerGroup = Math.max((groupSize - 1) / repetitions + 1, Math.min(batchSize, groupSize));
    }

    private EpochOrder(int[] order, int[] copies) {
        this.order = order;
        this.copies = copies;
        this.groupSize = Math.max(1, order.length);
        this.samplesPerGroup = groupSize;
    }

    /**
     * The order of a balanced epoch.
     *
     * @param labels of the samples
     */
    static EpochOrder balanced(long seed, int epoch, int[] labels) {
        AddressedRandom random = AddressedRandom.of(AddressedRandom.Purpose.ORDER, seed, epoch);
        List<List<Integer>> classes = List.copyOf(IntStream.range(0, labels.length).boxed()
                .collect(Collectors.groupingBy(sample -> labels[sample], TreeMap::new, Collectors.toList())).values());
        int[] samples = new int[labels.length];
        int[] copies = new int[labels.length];
        int end = 0;
        int at = 0;
        int left = classes.size();
        for (int next : random.permutation(classes.size())) {
            List<Integer> ofClass = classes.get(next);
            end += Rounding.ceilDiv(labels.length - end, left--);
            for (int copy = 0; at < end; copy++) {
                for (int i : Arrays.copyOf(random.permutation(ofClass.size()), Math.min(ofClass.size(), end - at))) {
                    samples[at] = ofClass.get(i);
                    copies[at++] = copy;
                }
            }
        }
        int[] places = random.permutation(labels.length);
        return new EpochOrder(Arrays.stream(places).map(place -> samples[place]).toArray(),
                Arrays.stream(places).map(place -> copies[place]).toArray());
    }

    int size() {
        return order.length;
    }

    int sample(int position) {
        return order[position / groupSize * samplesPerGroup + position % groupSize % samplesPerGroup];
    }

    /** Which of the sample's copies is at a position, from 0. */
    int copy(int position) {
        return copies == null ? position % groupSize / samplesPerGroup : copies[position];
    }
}
