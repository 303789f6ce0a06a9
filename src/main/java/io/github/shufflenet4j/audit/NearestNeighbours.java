package io.github.shufflenet4j.audit;

import java.util.Arrays;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * The images whose features have the highest cosine similarity to those of each image. All pairs are compared, block by
 * block, so that memory is needed for a second copy of the features and the result alone.
 *
 * @param indices      for each image, those of its neighbours, the most similar first, and of equally similar ones that
 *                     of the lower index; all others, or {@code count} of them
 * @param similarities cosines, in the same order
 */
record NearestNeighbours(int[][] indices, float[][] similarities) {

    /** Rows of a block, a multiple of those of a tile: about a megabyte of a thousand features. */
    private static final int BLOCK = 20 * MatrixKernels.TILE_ROWS;

    /** @param rows features of each image, all of the same length */
    static NearestNeighbours of(float[][] rows, int count) {
        KernelProvider kernels = KernelProviders.get();
        int length = rows.length == 0 ? 0 : rows[0].length;
        int pitch = (Rounding.ceilDiv(length, kernels.lanes()) | 1) * kernels.lanes();
        float[][] blocks = new float[Rounding.ceilDiv(rows.length, BLOCK)][];
        Workers.shared().parallelFor(blocks.length, block -> blocks[block] = unitVectors(rows, block, pitch));
        NearestNeighbours found = new NearestNeighbours(new int[rows.length][], new float[rows.length][]);
        Workers.shared().parallelFor(blocks.length, block -> {
            Ranking[] rankings = new Ranking[blockSize(rows, block)];
            Arrays.setAll(rankings, i -> new Ranking(Math.min(count, rows.length - 1)));
            float[] cosines = new float[rankings.length * BLOCK];
            for (int other = 0; other < blocks.length; other++) {
                int columns = blockSize(rows, other);
                kernels.matrices().multiplyTransposed(Panel.of(blocks[block], pitch), rankings.length,
                        Panel.of(blocks[other], pitch), columns, pitch, Panel.of(cosines, BLOCK));
                for (int i = 0; i < rankings.length; i++) {
                    for (int j = 0; j < columns; j++) {
                        if (block != other || i != j) {
                            rankings[i].add(other * BLOCK + j, cosines[i * BLOCK + j]);
                        }
                    }
                }
            }
            for (int i = 0; i < rankings.length; i++) {
                found.indices[block * BLOCK + i] = rankings[i].indices;
                found.similarities[block * BLOCK + i] = rankings[i].similarities;
            }
        });
        return found;
    }

    private static int blockSize(float[][] rows, int block) {
        return Math.min(BLOCK, rows.length - block * BLOCK);
    }

    /** Rows of a block, scaled to length 1. */
    private static float[] unitVectors(float[][] rows, int block, int pitch) {
        int size = blockSize(rows, block);
        float[] units = new float[Rounding.up(size, MatrixKernels.TILE_ROWS) * pitch];
        for (int i = 0; i < size; i++) {
            float[] row = rows[block * BLOCK + i];
            double squares = 0;
            for (float value : row) {
                squares += (double) value * value;
            }
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int j = 0; j < row.length; j++) {
                units[i * pitch + j] = row[j] * scale;
            }
        }
        return units;
    }

    /** The most similar so far. */
    private static final class Ranking {

        private final int[] indices;
        private final float[] similarities;
        private int size;

        Ranking(int count) {
            indices = new int[count];
            similarities = new float[count];
        }

        void add(int index, float similarity) {
            if (size == indices.length) {
                if (size == 0 || similarity <= similarities[size - 1]) {
                    return;
                }
                size--;
            }
            int at = size++;
            while (at > 0 && similarities[at - 1] < similarity) {
                indices[at] = indices[at - 1];
                similarities[at] = similarities[at - 1];
                at--;
            }
            indices[at] = index;
            similarities[at] = similarity;
        }
    }
}
