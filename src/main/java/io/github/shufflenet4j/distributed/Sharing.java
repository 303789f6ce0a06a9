package io.github.shufflenet4j.distributed;

/**
 * What workers share. A round is the updates after which all of them and the driver have one network, and nothing else
 * that matters.
 */
public sealed interface Sharing {

    /** Updates of a round. */
    int roundLength();

    /**
     * Each worker updates a network of its own by its images, and all go on from the mean of these.
     *
     * @param roundLength updates from one averaging to the next, at least 1
     */
    record Averaging(int roundLength) implements Sharing {

        /** Updates from one averaging to the next by default; the moving averages of recipes go by multiples of it. */
        public static final int DEFAULT_ROUND_LENGTH = 4;

        /** Checks the value. */
        public Averaging {
            SparkSettings.atLeastOne("updates between averages", roundLength);
        }
    }

    /**
     * All workers hold the same network, which every update moves by the sum of their gradients. They send the largest
     * numbers of these, hold back the others, and add what they held back to their next gradients; the last update of
     * a round is by all that is left.
     *
     * @param density     share of the gradient of a large parameter array that is sent, above 0, to 1
     * @param roundLength updates from one at which nothing is held back to the next, at least 1
     */
    record Gradients(double density, int roundLength) implements Sharing {

        /** The share that is sent by default. */
        public static final double DEFAULT_DENSITY = 0.01;
        /** The updates of a round by default; the moving averages of recipes go by multiples of it. */
        public static final int DEFAULT_ROUND_LENGTH = 32;

        /** Checks the values. */
        public Gradients {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("density must be above 0 and at most 1, got " + density);
            }
            SparkSettings.atLeastOne("updates between those that hold nothing back", roundLength);
        }
    }
}
