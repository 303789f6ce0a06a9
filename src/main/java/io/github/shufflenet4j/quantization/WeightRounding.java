package io.github.shufflenet4j.quantization;

/**
 * Rounds an output's weights one after another, each with what the errors of those before it can be made up for by it,
 * so that errors cancel on inputs that vary together, as neighbouring pixels do (Frantar et al. 2022, arXiv 2210.17323,
 * in the form of Chee et al. 2023, arXiv 2307.13304, section 4).
 */
final class WeightRounding {

    /** Added to the variances, as a share of their mean: rare inputs may vary more on other images. */
    private static final double DAMPING = 0.01;

    /** {@code [j][i]}, j less than i: the share of weight j's error that weight i makes up for. */
    private final double[][] feedback;

    /** Of weights whose inputs have a covariance, [inputs][inputs]. */
    WeightRounding(double[][] covariance) {
        int size = covariance.length;
        double mean = 0;
        for (int i = 0; i < size; i++) {
            mean += covariance[i][i] / size;
        }
        feedback = new double[size][size];
        double[] variance = new double[size];
        // The covariance is (I + U) D (I + U)^T, where U, the feedback, is above the diagonal.
        for (int i = size - 1; i >= 0; i--) {
            for (int j = i; j >= 0; j--) {
                double sum = covariance[j][i] + (i == j ? DAMPING * mean : 0);
                for (int k = i + 1; k < size; k++) {
                    sum -= feedback[j][k] * variance[k] * feedback[i][k];
                }
                if (j == i) {
                    variance[i] = sum;
                } else {
                    feedback[j][i] = mean > 0 ? sum / variance[i] : 0;
                }
            }
        }
    }

    /**
     * Rounds the weights of an output.
     *
     * @param weights in steps
     * @param limit   of the rounded weights' absolute values
     */
    byte[] round(double[] weights, int limit) {
        byte[] rounded = new byte[weights.length];
        double[] wanted = weights.clone();
        for (int i = 0; i < weights.length; i++) {
            double value = Math.max(-limit, Math.min(limit, Math.rint(wanted[i])));
            rounded[i] = (byte) value;
            double error = weights[i] - value;
            double[] shares = feedback[i];
            for (int j = i + 1; j < weights.length; j++) {
                wanted[j] += error * shares[j];
            }
        }
        return rounded;
    }
}
