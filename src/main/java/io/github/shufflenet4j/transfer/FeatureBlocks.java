package io.github.shufflenet4j.transfer;

import java.util.List;
import java.util.stream.Stream;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * Standardised features of labelled images as the kernels take them: blocks of rows that stay in a core's cache.
 *
 * @param length number of features
 * @param pitch  floats of a row: its features, a 1, whose weight is the bias, and zeros
 */
record FeatureBlocks(int length, int pitch, List<Block> blocks) {

    /** A megabyte. */
    private static final int BLOCK_FLOATS = 1 << 18;

    /** @param rows [images, pitch] */
    record Block(float[] rows, int[] labels) {
    }

    static FeatureBlocks of(FeatureTable table, Standardisation units) {
        int lanes = KernelProviders.get().lanes();
        // An odd number of vectors, lest the rows fall on the same few lines of the cache.
        int pitch = (Rounding.ceilDiv(table.length() + 1, lanes) | 1) * lanes;
        int images = Math.max(1, BLOCK_FLOATS / pitch);
        Block[] blocks = new Block[Rounding.ceilDiv(table.size(), images)];
        Workers.shared().parallelFor(blocks.length, block -> {
            int first = block * images;
            int[] labels = new int[Math.min(images, table.size() - first)];
            float[] rows = new float[labels.length * pitch];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = table.labels()[first + i];
                units.apply(table.rows()[first + i], rows, i * pitch);
                rows[i * pitch + table.length()] = 1;
            }
            blocks[block] = new Block(rows, labels);
        });
        return new FeatureBlocks(table.length(), pitch, List.of(blocks));
    }

    /** Number of images. */
    int size() {
        return blocks.stream().mapToInt(block -> block.labels().length).sum();
    }

    FeatureBlocks and(FeatureBlocks others) {
        return new FeatureBlocks(length, pitch, Stream.concat(blocks.stream(), others.blocks.stream()).toList());
    }
}
