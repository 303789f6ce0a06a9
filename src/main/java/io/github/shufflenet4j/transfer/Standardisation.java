package io.github.shufflenet4j.transfer;

import java.util.Arrays;

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

    FeatureTable apply(FeatureTable table) {
        return new FeatureTable(table.length(),
                Arrays.stream(table.rows()).map(this::apply).toArray(float[][]::new), table.labels());
    }

    private float[] apply(float[] row) {
        float[] values = new float[row.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((row[i] - mean[i]) / deviation[i]);
        }
        return values;
    }
}
