package io.github.shufflenet4j.distributed;

import io.github.shufflenet4j.training.Checks;

/** What workers share. A round is the updates after which the driver has all that the next one depends on. */
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
            Checks.atLeast(1, roundLength, "updates between averages");
        }
    }

    /**
     * All workers hold the same network, which every update moves by the sum of their gradients. They send the largest
     * numbers of these, hold back the others, and add what they held back to their next gradients. At the end of a
     * round the driver gets a copy of what each holds back, for checkpoints and for workers that must begin anew; the
     * network does not depend on how long rounds are.
     *
     * <p>In the first epochs, when gradients change fast and learning rates are high, more is sent: a quarter, a
     * sixteenth and so on, as long as that is more than {@code density} (Lin et al. 2018, section 3.3).
     *
     * @param density     share of the gradient of a large parameter array that is sent, above 0, to 1
     * @param roundLength updates from one such copy to the next, at least 1
     */
    record Gradients(double density, int roundLength) implements Sharing {

        /** The share that is sent by default. */
        public static final double DEFAULT_DENSITY = 0.1;
        /** The updates of a round by default; the moving averages of recipes go by multiples of it. */
        public static final int DEFAULT_ROUND_LENGTH = 32;

        private static final double WARM_UP = 0.25;

        /** Checks the values. */
        public Gradients {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("density must be above 0 and at most 1, got " + density);
            }
            Checks.atLeast(1, roundLength, "updates between copies of what is held back");
        }

        /** The share that is sent in an epoch, from 0. */
        double density(int epoch) {
            return Math.max(density, Math.pow(WARM_UP, epoch + 1));
        }
    }
}
