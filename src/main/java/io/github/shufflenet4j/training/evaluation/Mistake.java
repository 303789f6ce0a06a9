package io.github.shufflenet4j.training.evaluation;

import java.io.Serializable;
import java.util.Comparator;

/**
 * An image that was taken for another class.
 *
 * @param sample      its number in its source
 * @param truth       its class
 * @param predicted   the class that was found the most probable
 * @param probability of that class, as the network gave it
 * @param loss        cross-entropy in nats: minus the logarithm of the probability given to the true class
 */
public record Mistake(int sample, int truth, int predicted, double probability, double loss)
        implements Serializable {

    /** The highest loss first; among equals in the order of the source. */
    static final Comparator<Mistake> WORST_FIRST = Comparator.comparingDouble(Mistake::loss).reversed()
            .thenComparing(Mistake::sample);

    /** Probability that the network gave to the true class. */
    public double truthProbability() {
        return Math.exp(-loss);
    }
}
