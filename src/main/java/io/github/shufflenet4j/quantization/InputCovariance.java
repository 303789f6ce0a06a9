package io.github.shufflenet4j.quantization;

import java.util.List;

import io.github.shufflenet4j.model.architecture.ConvolutionShape;

/**
 * The covariance of the inputs that a layer's outputs are computed from, windows included, at some places of some
 * images. Threads may add at the same time.
 */
final class InputCovariance {

    /** Places in an image: neighbours are much alike, and the images differ. */
    private static final int PLACES = 16;
    private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

    private final double[] sum;
    /** Of products; the lower triangle. */
    private final double[][] products;
    private long count;

    /** Of vectors of {@code size} numbers. */
    InputCovariance(int size) {
        sum = new double[size];
        products = new double[size][];
        for (int i = 0; i < size; i++) {
            products[i] = new double[i + 1];
        }
    }

    /** Adds what the outputs of a group of a convolution are computed from, in the order of its weights. */
    void add(ConvolutionShape shape, List<Plane> inputs, int group) {
        int each = shape.inputs() / shape.groups();
        int height = FloatArithmetic.outputs(inputs.get(0).height(), shape);
        int width = FloatArithmetic.outputs(inputs.get(0).width(), shape);
        int places = Math.min(PLACES, height * width);
        float[][] vectors = new float[places][];
        for (int place = 0; place < places; place++) {
            // Multiples of the golden ratio lie evenly, whatever the width.
            double share = (place + 1) * GOLDEN_RATIO % 1;
            int at = places == height * width ? place : (int) (share * height * width);
            vectors[place] = window(shape, inputs.subList(group * each, (group + 1) * each), at / width, at % width);
        }
        add(vectors);
    }

    private static float[] window(ConvolutionShape shape, List<Plane> inputs, int y, int x) {
        int kernel = shape.kernel();
        float[] window = new float[inputs.size() * kernel * kernel];
        int at = 0;
        for (Plane input : inputs) {
            for (int k = 0; k < kernel * kernel; k++, at++) {
                int row = y * shape.stride() + k / kernel - kernel / 2;
                int column = x * shape.stride() + k % kernel - kernel / 2;
                if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
                    window[at] = input.values()[row * input.width() + column];
                }
            }
        }
        return window;
    }

    /** Adds vectors. */
    synchronized void add(float[]... vectors) {
        for (float[] vector : vectors) {
            for (int i = 0; i < vector.length; i++) {
                sum[i] += vector[i];
                double[] row = products[i];
                double value = vector[i];
                for (int j = 0; j <= i; j++) {
                    row[j] += value * vector[j];
                }
            }
        }
        count += vectors.length;
    }

    /** The covariance, [size][size]. */
    double[][] matrix() {
        int size = sum.length;
        double[][] matrix = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i][j] = (products[i][j] - sum[i] * sum[j] / count) / count;
                matrix[j][i] = matrix[i][j];
            }
        }
        return matrix;
    }
}
