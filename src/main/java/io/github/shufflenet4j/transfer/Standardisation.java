package io.github.shufflenet4j.transfer;

/**
 * Features shifted and scaled to mean 0 and deviation 1, so that one penalty suits all of them.
 *
 * @param mean      of each feature
 * @param deviation of each feature; infinite where the feature is constant, and so tells nothing
 */
record Standardisation(double[] mean, double[] deviation) {

    /** That of the images of a table. */
    static Standardisation of(FeatureTable table) {
        int length = table.length();
        double[] mean = new double[length];
        double[] deviation = new double[length];
        for (int i = 0; i < table.values().length; i++) {
            mean[i % length] += table.values()[i] / (double) table.size();
        }
        for (int i = 0; i < table.values().length; i++) {
            double centred = table.values()[i] - mean[i % length];
            deviation[i % length] += centred * centred / table.size();
        }
        for (int feature = 0; feature < length; feature++) {
            // Rounding gives what is constant a deviation of some 1e-7 of its size.
            boolean constant = Math.sqrt(deviation[feature]) <= 1e-6 * Math.abs(mean[feature]);
            deviation[feature] = constant ? Double.POSITIVE_INFINITY : Math.sqrt(deviation[feature]);
        }
        return new Standardisation(mean, deviation);
    }

    /** The table in these units. */
    FeatureTable apply(FeatureTable table) {
        int length = table.length();
        float[] values = new float[table.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((table.values()[i] - mean[i % length]) / deviation[i % length]);
        }
        return new FeatureTable(length, values, table.labels());
    }
}
