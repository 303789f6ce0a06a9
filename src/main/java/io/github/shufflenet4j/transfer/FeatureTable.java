package io.github.shufflenet4j.transfer;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.commons.lang3.Validate;

/**
 * Features of labelled images. Tables made of others share their rows. An array for each row lets a table be larger
 * than an array can be, as that of ImageNet is.
 *
 * @param length features of an image
 * @param rows   the features of each image
 * @param labels the class of each image
 */
record FeatureTable(int length, float[][] rows, int[] labels) {

    FeatureTable {
        Validate.isTrue(rows.length == labels.length && Arrays.stream(rows).allMatch(row -> row.length == length),
                "%s rows for %s images, or not all of %s features", rows.length, labels.length, length);
    }

    int size() {
        return labels.length;
    }

    /** The images whose numbers are accepted. */
    FeatureTable where(IntPredicate accepted) {
        int[] kept = IntStream.range(0, size()).filter(accepted).toArray();
        return new FeatureTable(length, Arrays.stream(kept).mapToObj(i -> rows[i]).toArray(float[][]::new),
                Arrays.stream(kept).map(i -> labels[i]).toArray());
    }

    /** These images and others. */
    FeatureTable and(FeatureTable others) {
        return new FeatureTable(length, Stream.of(rows, others.rows).flatMap(Arrays::stream).toArray(float[][]::new),
                IntStream.concat(Arrays.stream(labels), Arrays.stream(others.labels)).toArray());
    }
}
