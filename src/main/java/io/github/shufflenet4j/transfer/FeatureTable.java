package io.github.shufflenet4j.transfer;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Features of labelled images.
 *
 * @param length features of an image
 * @param values [images, length]
 * @param labels the class of each image
 */
record FeatureTable(int length, float[] values, int[] labels) {

    FeatureTable {
        if (values.length != (long) length * labels.length) {
            throw new IllegalArgumentException(values.length + " values for " + labels.length + " images of " + length);
        }
    }

    int size() {
        return labels.length;
    }

    /** The images whose numbers are accepted. */
    FeatureTable where(IntPredicate accepted) {
        int[] kept = IntStream.range(0, size()).filter(accepted).toArray();
        float[] rows = new float[kept.length * length];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(values, kept[i] * length, rows, i * length, length);
        }
        return new FeatureTable(length, rows, Arrays.stream(kept).map(i -> labels[i]).toArray());
    }

    /** These images and others. */
    FeatureTable and(FeatureTable others) {
        float[] rows = Arrays.copyOf(values, values.length + others.values.length);
        System.arraycopy(others.values, 0, rows, values.length, others.values.length);
        int[] all = Arrays.copyOf(labels, size() + others.size());
        System.arraycopy(others.labels, 0, all, size(), others.size());
        return new FeatureTable(length, rows, all);
    }
}
