package io.github.shufflenet4j.quantization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.data.transform.Preprocessing;

/** A channel of an image: {@code height * width} values by rows. */
record Plane(int height, int width, float[] values) {

    /** The channels of image {@code index} of a batch, {@code [images][channels][rows][columns]}. */
    static List<Plane> image(float[] batch, int index, Preprocessing preprocessing) {
        int side = preprocessing.size();
        List<Plane> planes = new ArrayList<>();
        for (int channel = 0; channel < preprocessing.channels(); channel++) {
            int from = index * preprocessing.length() + channel * side * side;
            planes.add(new Plane(side, side, Arrays.copyOfRange(batch, from, from + side * side)));
        }
        return planes;
    }

    /** Adds {@code weight} times a window's element: one element of a convolution's kernel over all its outputs. */
    static void accumulate(float[] sums, int rows, int columns, Plane input, float weight, int dy, int dx, int stride) {
        if (stride == 1 && dy == 0 && dx == 0) {
            float[] values = input.values;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * values[i];
            }
            return;
        }
        for (int y = 0; y < rows; y++) {
            int row = y * stride + dy;
            if (row < 0 || row >= input.height) {
                continue;
            }
            int first = dx < 0 ? (-dx + stride - 1) / stride : 0;
            int end = Math.min(columns, (input.width - 1 - dx) / stride + 1);
            int from = row * input.width + dx;
            for (int x = first; x < end; x++) {
                sums[y * columns + x] += weight * input.values[from + x * stride];
            }
        }
    }
}
