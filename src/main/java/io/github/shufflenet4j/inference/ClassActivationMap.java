package io.github.shufflenet4j.inference;

import org.apache.commons.lang3.Validate;

/**
 * Where a network sees evidence for a class: each value stands for a cell of its input, positive where the cell speaks
 * for the class, negative where it speaks against it.
 *
 * @param prediction the class, and how probable it is
 * @param method     how the map was made
 * @param logit      output of the classifier for the class, before softmax
 * @param height     rows of cells
 * @param width      columns of cells
 * @param values     [height, width]; with {@link Method#CAM} their mean and the classifier's bias add up to the logit
 */
public record ClassActivationMap(Prediction prediction, Method method, double logit, int height, int width,
                                 float[] values) {

    /** How a map is made. */
    public enum Method {

        /**
         * Class activation map (Zhou et al. 2016, arXiv 1512.04150), of a network that ends in a mean over all cells
         * and one linear layer: the last convolution's channels, weighted by that layer.
         */
        CAM,

        /**
         * Grad-CAM (Selvaraju et al. 2017, arXiv 1610.02391), of any other network: the channels of the last layer
         * that has cells, weighted by the sum over the cells of the logit's gradient. With sums instead of the paper's
         * means, and without its ReLU, it is CAM where both apply.
         */
        GRAD_CAM
    }

    /** @throws IllegalArgumentException if the map is empty, or the number of values another one */
    public ClassActivationMap {
        Validate.isTrue(height >= 1 && width >= 1 && values.length == height * width, "%s values for %s x %s cells",
                values.length, height, width);
    }

    /** The mean of all cells: the map's part in the logit. */
    public double mean() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** The logit less the map's mean: with CAM the classifier's bias. */
    public double bias() {
        return logit - mean();
    }

    /** The largest magnitude of a cell. */
    public double magnitude() {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The number of the cell with the largest value, row by row; of equal ones the first. */
    public int peak() {
        int peak = 0;
        for (int cell = 1; cell < values.length; cell++) {
            peak = values[cell] > values[peak] ? cell : peak;
        }
        return peak;
    }

    /**
     * The value at a point of the input, bilinear between the centres of the cells.
     *
     * @param x from 0, the left edge, to 1
     * @param y from 0, the upper edge, to 1
     */
    public double at(double x, double y) {
        double column = Math.max(0, Math.min(width - 1, x * width - 0.5));
        double row = Math.max(0, Math.min(height - 1, y * height - 0.5));
        int left = (int) column;
        int top = (int) row;
        int right = Math.min(left + 1, width - 1);
        int bottom = Math.min(top + 1, height - 1);
        double across = column - left;
        return mix(mix(values[top * width + left], values[top * width + right], across),
                mix(values[bottom * width + left], values[bottom * width + right], across), row - top);
    }

    private static double mix(double from, double to, double share) {
        return from + (to - from) * share;
    }
}
