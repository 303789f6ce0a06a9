package io.github.shufflenet4j.data.loader;

import java.util.Objects;
import java.util.Optional;

/**
 * Some samples as a network reads them.
 *
 * @param index    which batch of its epoch this is, from 0; a run that stops after it goes on with {@code index + 1}
 * @param features {@code [size][channels][rows][columns]}; belongs to the receiver
 * @param labels   the class of each sample
 * @param samples  the number of each sample in its source
 * @param mix      the classes mixed into the labels, if samples were mixed
 */
public record Batch(int index, float[] features, int[] labels, int[] samples, Optional<LabelMix> mix) {

    /** @throws IllegalArgumentException if the parts are not for the same number of samples */
    public Batch {
        Objects.requireNonNull(mix, "mix");
        int others = mix.map(LabelMix::others).orElse(labels).length;
        if (samples.length != labels.length || others != labels.length) {
            throw new IllegalArgumentException(
                    labels.length + " labels and " + others + " mixed ones for " + samples.length + " samples");
        }
    }

    /** A batch whose samples are not mixed. */
    public Batch(int index, float[] features, int[] labels, int[] samples) {
        this(index, features, labels, samples, Optional.empty());
    }

    /** The number of samples; below the batch size where images were broken and at the end of an evaluation. */
    public int size() {
        return labels.length;
    }

    /**
     * The probability of each class for each sample, {@code [size][classes]}: 1 for its label, or shares of two where
     * samples were mixed. This is what to train on; {@link #labels()} alone is what to count hits by.
     *
     * @throws IllegalArgumentException if a label is none of the classes
     */
    public float[] targets(int classes) {
        float[] targets = new float[Math.multiplyExact(size(), classes)];
        double share = mix.map(LabelMix::share).orElse(1.0);
        add(targets, classes, labels, (float) share);
        mix.ifPresent(mixed -> add(targets, classes, mixed.others(), (float) (1 - share)));
        return targets;
    }

    /** This batch with its samples mixed. */
    Batch mixed(LabelMix labelMix) {
        return new Batch(index, features, labels, samples, Optional.of(labelMix));
    }

    private static void add(float[] targets, int classes, int[] labels, float share) {
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("label " + labels[i] + " of " + classes + " classes");
            }
            targets[i * classes + labels[i]] += share;
        }
    }
}
