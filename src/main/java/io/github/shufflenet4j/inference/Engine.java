package io.github.shufflenet4j.inference;

import java.util.function.Function;

/** Runs a network. */
interface Engine {

    /** Last activations of a network for one input, of which a map of any class can be made. */
    interface LastActivations {

        /** What {@link Engine#run} gives for the input. */
        float[] logits();

        ClassActivationMap map(Prediction prediction);
    }

    /**
     * Computes the logits of images, or their sums with a constant: inputs [count, channels, height, width] to logits
     * [count, classes].
     */
    void run(float[] inputs, int count, float[] logits);

    /** Runs one input and passes its last activations to {@code reader}, which must not keep them. */
    <T> T explain(float[] input, Function<LastActivations, T> reader);
}
