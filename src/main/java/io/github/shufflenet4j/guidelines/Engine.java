package io.github.shufflenet4j.guidelines;

/** Something that runs a {@link Stack}, operation by operation. */
interface Engine {

    /** What it is called in tables. */
    String name();

    /** How it computes, in a sentence. */
    String explanation();

    /** Whether a ReLU is a pass over memory by itself, and not part of the operation before it. */
    default boolean passes() {
        return false;
    }

    /** A stack made ready to run, with the stack's own input and weights. */
    Prepared prepare(Stack stack);

    /** A stack in the memory of an engine. */
    interface Prepared extends AutoCloseable {

        /** Computes the output from the input. */
        void run();

        /** What {@link #run} computed last, {@code [channels, side, side]}. */
        float[] output();

        @Override
        default void close() {
        }
    }
}
