package io.github.shufflenet4j.transfer;

/**
 * Features shifted and scaled to mean 0 and deviation 1, so that one penalty suits all of them.
 *
 * @param mean      of each feature
 * @param deviation of each feature; infinite where the feature is constant, and so tells nothing
 */
record Standardisation(double[] mean, double[] deviation) {

    static Standardisation of(FeatureTable table) {
        int length = table.length();
        double[] mean = new double[length];
        double[] deviation = new double[length];
        for (float[] row : table.rows()) {
            for (int i = 0; i < length; i++) {
                mean[i] += row[i] / (double) table.size();
            }
        }
        for (float[] row : table.rows()) {
            for (int i = 0; i < length; i++) {
                double centred = row[i] - mean[i];
                deviation[i] += centred * centred / table.size();
            }
        }
        for (int feature = 0; feature < length; feature++) {
            // Rounding gives constant features a deviation of some 1e-7 of their size.
            boolean constant = Math.sqrt(deviation[feature]) <= 1e-6 * Math.abs(mean[feature]);
            deviation[feature] = constant ? Double.POSITIVE_INFINITY : Math.sqrt(deviation[feature]);
        }
        return new Standardisation(mean, deviation);
    }

    /** Writes a row, standardised. */
    void apply(float[] row, float[] target, int at) {
        for (int i = 0; i < row.length; i++) {
            target[at + i] = (float) ((row[i] - mean[i]) / deviation[i]);
        }
    }
}
