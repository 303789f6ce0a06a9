package io.github.shufflenet4j.data;

/**
 * Some samples as a network reads them.
 *
 * @param index    which batch of its epoch this is, from 0; a run that stops after it goes on with {@code index + 1}
 * @param features {@code [size][channels][rows][columns]}; belongs to the receiver
 * @param labels   the class of each sample
 * @param samples  the number of each sample in its source
 */
public record Batch(int index, float[] features, int[] labels, int[] samples) {

    /** The number of samples; below the batch size where images were broken and at the end of an evaluation. */
    public int size() {
        return labels.length;
    }
}
