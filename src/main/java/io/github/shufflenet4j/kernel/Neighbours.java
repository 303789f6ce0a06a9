package io.github.shufflenet4j.kernel;

/**
 * Factors that tell, for each pixel of a plane by rows, whether its row goes on: 1 where the neighbour exists, 0 at
 * the border. They let a loop run over a whole plane as one line.
 *
 * @param left  for the pixel to the left
 * @param right for the pixel to the right
 */
record Neighbours(float[] left, float[] right) {

    /** For planes of {@code height} by {@code width}, with {@code slack} pixels beyond, which have no neighbours. */
    static Neighbours of(int height, int width, int slack) {
        float[] left = new float[height * width + slack];
        float[] right = new float[height * width + slack];
        for (int i = 0; i < height * width; i++) {
            left[i] = i % width == 0 ? 0 : 1;
            right[i] = (i + 1) % width == 0 ? 0 : 1;
        }
        return new Neighbours(left, right);
    }
}
