package io.github.shufflenet4j.kernel;

/**
 * A factor for each pixel of a plane by rows: 1 where its neighbour exists, 0 at the border. With them, a loop runs
 * over a whole plane as one line.
 *
 * @param left  for the pixel to the left
 * @param right for the pixel to the right
 */
public record EdgeMasks(float[] left, float[] right) {

    /** For planes of {@code height} by {@code width}, with {@code slack} pixels beyond, which have no neighbours. */
    public static EdgeMasks of(int height, int width, int slack) {
        float[] left = new float[height * width + slack];
        float[] right = new float[height * width + slack];
        for (int i = 0; i < height * width; i++) {
            left[i] = i % width == 0 ? 0 : 1;
            right[i] = (i + 1) % width == 0 ? 0 : 1;
        }
        return new EdgeMasks(left, right);
    }
}
