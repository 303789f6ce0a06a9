package io.github.shufflenet4j.inference;

/** From logits to probabilities. */
public final class Softmax {

    private Softmax() {
    }

    /**
     * Replaces the logits of an image by probabilities.
     *
     * @param values      from {@code at} on, one for each class
     * @param temperature by which the logits are divided first
     */
    public static void apply(float[] values, int at, int classes, double temperature) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + classes; i++) {
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (int i = at; i < at + classes; i++) {
            values[i] = (float) Math.exp((values[i] - largest) / temperature);
            sum += values[i];
        }
        for (int i = at; i < at + classes; i++) {
            values[i] = (float) (values[i] / sum);
        }
    }
}
