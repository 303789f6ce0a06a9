package io.github.shufflenet4j.inference;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A class and how probable it is.
 *
 * @param index       of the class, from 0
 * @param label       name of the class
 * @param probability from 0 to 1
 */
public record Prediction(int index, String label, double probability) {

    /**
     * The most probable classes of an image, the most probable first; classes that are equally probable in the order of
     * their indices.
     *
     * @param count         maximum number of classes
     * @param labels        names of all classes
     * @param probabilities at least 0, of all classes, from {@code offset} on
     */
    public static List<Prediction> ranked(int count, List<String> labels, float[] probabilities, int offset) {
        // Bits of floats that are not negative are in the order of the floats, and a NaN's above all others.
        long[] keys = IntStream.range(0, labels.size())
                .mapToLong(index -> (long) -Float.floatToIntBits(probabilities[offset + index]) << Integer.SIZE | index)
                .toArray();
        Arrays.sort(keys);
        return Arrays.stream(keys).limit(count).mapToInt(key -> (int) key)
                .mapToObj(index -> new Prediction(index, labels.get(index), probabilities[offset + index])).toList();
    }
}
