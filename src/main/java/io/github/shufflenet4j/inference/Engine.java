package io.github.shufflenet4j.inference;

/** What computes the outputs of a network. Thread-safe. */
interface Engine {

    /**
     * Computes the logits of images, or anything that softmax makes the same probabilities of.
     *
     * @param inputs [count, channels, height, width]
     * @param logits receives [count, classes]
     */
    void run(float[] inputs, int count, float[] logits);

    /** What it is, for people. */
    String description();
}
