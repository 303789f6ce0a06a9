package io.github.shufflenet4j.data.transform;

import java.util.stream.DoubleStream;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.AddressedRandom;

/**
 * Adds one random colour to the whole image, mostly along the directions in which the colours of ImageNet vary:
 * AlexNet's (Krizhevsky, Sutskever and Hinton 2012, section 4.1), with the principal components of ImageNet's pixels
 * that are in use since fb.resnet.torch. It works on numbers before they are normalised; values may leave the range.
 *
 * @param std standard deviation of the weight of each component; the paper's is 0.1
 */
public record PcaLighting(double std) {

    private static final double[] EIGENVALUES = {0.2175, 0.0188, 0.0045};
    /** A row for red, green and blue, a column for each component. */
    private static final double[][] EIGENVECTORS = {
        {-0.5675, 0.7192, 0.4009},
        {-0.5808, -0.0045, -0.8140},
        {-0.5836, -0.6948, 0.4203}};

    /** @throws IllegalArgumentException if the deviation is negative or not finite */
    public PcaLighting {
        Checks.within("std", std, 0, Double.MAX_VALUE);
    }

    /** With the paper's deviation, 0.1. */
    public PcaLighting() {
        this(0.1);
    }

    /** A random addition to red, green and blue, where white is 1. */
    double[] shift(AddressedRandom random) {
        return shift(DoubleStream.generate(() -> std * random.nextGaussian()).limit(EIGENVALUES.length).toArray());
    }

    /** The sum of the components with the given weights. */
    static double[] shift(double... weights) {
        double[] shift = new double[EIGENVECTORS.length];
        for (int channel = 0; channel < shift.length; channel++) {
            for (int i = 0; i < weights.length; i++) {
                shift[channel] += EIGENVECTORS[channel][i] * weights[i] * EIGENVALUES[i];
            }
        }
        return shift;
    }
}
