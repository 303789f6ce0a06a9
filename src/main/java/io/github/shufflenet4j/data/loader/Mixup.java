package io.github.shufflenet4j.data.loader;

import io.github.shufflenet4j.data.AddressedRandom;

/**
 * Each sample becomes {@code share * itself + (1 - share) * its neighbour}, its target likewise, with one share from
 * Beta(alpha, alpha) for the batch: mixup (Zhang et al., "mixup: beyond empirical risk minimization", 2018) as in
 * torchvision's training reference, which pairs each sample with the one before it in the batch.
 *
 * @param alpha shape of the Beta distribution, {@code 1e-6} to {@code 1e6}; torchvision trains with 0.2
 */
public record Mixup(double alpha) implements BatchTransform {

    /** @throws IllegalArgumentException if alpha is out of range */
    public Mixup {
        AddressedRandom.requireShape("alpha", alpha);
    }

    @Override
    public Batch apply(Batch batch, int size, AddressedRandom random) {
        return mix(batch, random.nextBeta(alpha, alpha));
    }

    /** Mixes with a given share, 0 to 1, of each sample itself. */
    static Batch mix(Batch batch, double share) {
        float own = (float) share;
        float other = (float) (1 - share);
        return batch.mixNeighbours(share, (features, offset, neighbour, neighbourOffset, length) -> {
            for (int i = 0; i < length; i++) {
                features[offset + i] = own * features[offset + i] + other * neighbour[neighbourOffset + i];
            }
        });
    }
}
