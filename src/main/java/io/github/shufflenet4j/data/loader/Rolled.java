package io.github.shufflenet4j.data.loader;

/**
 * A batch in which each sample meets its neighbour: the one before it, and the first the last. Mixing neighbours is as
 * good as mixing random pairs, for the order of the batch is random; it is what torchvision does.
 */
final class Rolled {

    private Rolled() {
    }

    /** What to do to a sample, given its neighbour as it was before any mixing. */
    @FunctionalInterface
    interface Mixing {
        /** Mixes {@code length} numbers of {@code neighbour} into those of {@code features}. */
        void mix(float[] features, int offset, float[] neighbour, int neighbourOffset, int length);
    }

    /**
     * Mixes every sample with its neighbour, in place.
     *
     * @param share of each sample's own label in its target, 0 to 1
     * @throws IllegalArgumentException if the batch is mixed already
     */
    static Batch mix(Batch batch, double share, Mixing mixing) {
        if (batch.mix().isPresent()) {
            throw new IllegalArgumentException("the batch is mixed already");
        }
        float[] features = batch.features();
        int count = batch.size();
        int length = features.length / count;
        int end = (count - 1) * length;
        float[] last = new float[length];
        System.arraycopy(features, end, last, 0, length);
        // From the last on, so that every neighbour is still as it was.
        for (int at = end; at > 0; at -= length) {
            mixing.mix(features, at, features, at - length, length);
        }
        mixing.mix(features, 0, last, 0, length);
        int[] others = new int[count];
        for (int i = 0; i < count; i++) {
            others[i] = batch.labels()[(i + count - 1) % count];
        }
        return batch.mixed(new LabelMix(share, others));
    }
}
