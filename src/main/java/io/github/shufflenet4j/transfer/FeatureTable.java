package io.github.shufflenet4j.transfer;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.commons.lang3.Validate;

/**
 * Features of labelled images. Tables made of others share their rows. With an array for each row, a table can be
 * larger than an array, as that of ImageNet is.
 */
record FeatureTable(int length, float[][] rows, int[] labels) {

    FeatureTable {
        Validate.isTrue(rows.length == labels.length && Arrays.stream(rows).allMatch(row -> row.length == length),
                "%s rows for %s images, or not all of %s features", rows.length, labels.length, length);
    }

    int size() {
        return labels.length;
    }

    FeatureTable where(IntPredicate accepted) {
        int[] kept = IntStream.range(0, size()).filter(accepted).toArray();
        return new FeatureTable(length, Arrays.stream(kept).mapToObj(i -> rows[i]).toArray(float[][]::new),
                Arrays.stream(kept).map(i -> labels[i]).toArray());
    }

    FeatureTable and(FeatureTable others) {
        return new FeatureTable(length, Stream.of(rows, others.rows).flatMap(Arrays::stream).toArray(float[][]::new),
                IntStream.concat(Arrays.stream(labels), Arrays.stream(others.labels)).toArray());
    }
}
