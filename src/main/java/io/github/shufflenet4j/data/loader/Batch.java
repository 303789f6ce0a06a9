package io.github.shufflenet4j.data.loader;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;

/**
 * Some samples as inputs of a network.
 *
 * @param index    number of the batch in its epoch, from 0; a run that stops after it resumes with {@code index + 1}
 * @param features {@code [size][channels][rows][columns]}; belongs to the receiver
 * @param labels   the class of each sample
 * @param samples  the number of each sample in its source
 * @param mix      the classes mixed into the labels, if samples were mixed
 */
public record Batch(int index, float[] features, int[] labels, int[] samples, Optional<LabelMix> mix) {

    /**
     * The labels of mixed samples: each has {@code share} of its own class, and the rest of another.
     *
     * @param others for each sample, the class of the sample mixed into it
     */
    public record LabelMix(double share, int[] others) {

        /** @throws IllegalArgumentException if the share is out of range */
        public LabelMix {
            Checks.within("share", share, 0, 1);
        }
    }

    /** Mixes a sample with its neighbour, whose numbers are as they were before any mixing. */
    @FunctionalInterface
    interface Mixing {
        /** Mixes {@code length} numbers of {@code neighbour} into those of {@code features}. */
        void mix(float[] features, int offset, float[] neighbour, int neighbourOffset, int length);
    }

    /** @throws IllegalArgumentException if the arrays are not for the same number of samples */
    public Batch {
        Objects.requireNonNull(mix, "mix");
        int others = mix.map(LabelMix::others).orElse(labels).length;
        Validate.isTrue(samples.length == labels.length && others == labels.length,
                "%s labels and %s mixed ones for %s samples", labels.length, others, samples.length);
    }

    /** A batch whose samples are not mixed. */
    public Batch(int index, float[] features, int[] labels, int[] samples) {
        this(index, features, labels, samples, Optional.empty());
    }

    /** The number of samples; below the batch size where images were damaged and at the end of an evaluation. */
    public int size() {
        return labels.length;
    }

    /**
     * The probability of each class for each sample, {@code [size][classes]}: 1 for its label, or shares of two where
     * samples were mixed. These are for training; accuracy is counted by {@link #labels()}.
     */
    public float[] targets(int classes) {
        float[] weights = new float[classes];
        Arrays.fill(weights, 1);
        return targets(weights);
    }

    /** The same, where each class's probabilities are multiplied by its weight. */
    public float[] targets(float[] weights) {
        float[] targets = new float[Math.multiplyExact(size(), weights.length)];
        double share = mix.map(LabelMix::share).orElse(1.0);
        add(targets, weights, labels, (float) share);
        mix.ifPresent(mixed -> add(targets, weights, mixed.others(), (float) (1 - share)));
        return targets;
    }

    private static void add(float[] targets, float[] weights, int[] labels, float share) {
        int classes = weights.length;
        for (int i = 0; i < labels.length; i++) {
            Validate.isTrue(labels[i] >= 0 && labels[i] < classes, "label %s of %s classes", labels[i], classes);
            targets[i * classes + labels[i]] += share * weights[labels[i]];
        }
    }

    /**
     * Mixes every sample with the one before it, and the first with the last, in place, as torchvision does. The order
     * of a batch is random, and so are these pairs.
     *
     * @param share weight of a sample's own label, 0 to 1
     * @throws IllegalArgumentException if the batch is mixed already
     */
    Batch mixNeighbours(double share, Mixing mixing) {
        Validate.isTrue(mix.isEmpty(), "the batch is mixed already");
        int length = features.length / size();
        int end = (size() - 1) * length;
        float[] last = new float[length];
        System.arraycopy(features, end, last, 0, length);
        // From the last on, so that every neighbour is still as it was.
        for (int at = end; at > 0; at -= length) {
            mixing.mix(features, at, features, at - length, length);
        }
        mixing.mix(features, 0, last, 0, length);
        int[] others = new int[size()];
        for (int i = 0; i < others.length; i++) {
            others[i] = labels[(i + size() - 1) % size()];
        }
        return new Batch(index, features, labels, samples, Optional.of(new LabelMix(share, others)));
    }
}
