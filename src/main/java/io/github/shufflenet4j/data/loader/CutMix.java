package io.github.shufflenet4j.data.loader;

import io.github.shufflenet4j.data.AddressedRandom;

/**
 * A rectangle of each sample is replaced by that of its neighbour, and the target mixed by area: CutMix (Yun et al.,
 * "CutMix: regularization strategy to train strong classifiers with localizable features", 2019) as in torchvision's
 * training reference, with one rectangle for the batch. The share of a sample itself is drawn from Beta(alpha, alpha);
 * the rectangle has {@code sqrt(1 - share)} of the sides and a uniform centre, and is cut off at the border.
 *
 * @param alpha shape of the Beta distribution, {@code 1e-6} to {@code 1e6}; torchvision trains with 1
 */
public record CutMix(double alpha) implements BatchTransform {

    /** @throws IllegalArgumentException if alpha is out of range */
    public CutMix {
        AddressedRandom.requireShape("alpha", alpha);
    }

    @Override
    public Batch apply(Batch batch, int size, AddressedRandom random) {
        double share = random.nextBeta(alpha, alpha);
        int x = random.nextInt(size);
        int y = random.nextInt(size);
        return mix(batch, size, share, x, y);
    }

    /** Mixes with a rectangle about (x, y), as large as {@code share} of each sample itself asks for. */
    static Batch mix(Batch batch, int size, double share, int x, int y) {
        int half = (int) (0.5 * Math.sqrt(1 - share) * size);
        int left = Math.max(0, x - half);
        int right = Math.min(size, x + half);
        int top = Math.max(0, y - half);
        int bottom = Math.min(size, y + half);
        double exact = 1 - (double) (right - left) * (bottom - top) / ((double) size * size);
        return batch.mixNeighbours(exact, (features, offset, neighbour, neighbourOffset, length) -> {
            for (int plane = 0; plane < length; plane += size * size) {
                for (int row = top; row < bottom; row++) {
                    int at = plane + row * size + left;
                    System.arraycopy(neighbour, neighbourOffset + at, features, offset + at, right - left);
                }
            }
        });
    }
}
