package io.github.shufflenet4j.inference;

/** What computes the outputs of a network. Thread-safe. */
interface Engine {

    /**
     * Computes the outputs of images: what it was made to give. Of a classifier that is logits, or anything that
     * softmax makes the same probabilities of.
     *
     * @param inputs  [count, channels, height, width]
     * @param outputs receives [count, floats of an image]
     */
    void run(float[] inputs, int count, float[] outputs);

    /** What it is, for people. */
    String description();
}
