package io.github.shufflenet4j.serving;

/** Receives the times of predictions. Called by all threads. */
@FunctionalInterface
public interface InferenceListener {

    /** Parts of a prediction. */
    enum Phase {
        /** Waiting for a thread. */
        QUEUE,
        /** From an encoded image to pixels. */
        DECODE,
        /** Preprocessing, the network and, if asked for, an explanation. */
        NETWORK
    }

    /** Ignores everything. */
    InferenceListener NONE = (model, phase, nanos) -> { };

    /** A part of the prediction of one image has ended. */
    void ended(String model, Phase phase, long nanos);
}
