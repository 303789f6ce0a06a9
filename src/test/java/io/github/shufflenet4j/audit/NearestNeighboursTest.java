package io.github.shufflenet4j.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class NearestNeighboursTest {

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squaresA * squaresB);
    }

    /** Of more images than two blocks, and fewer than three. */
    @Test
    void theyAreThoseOfAllPairs() {
        Random random = new Random(1);
        float[][] rows = new float[600][17];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextFloat();
            }
        }
        NearestNeighbours found = NearestNeighbours.of(rows, 7);
        for (int i = 0; i < rows.length; i++) {
            int image = i;
            List<Integer> expected = IntStream.range(0, rows.length).filter(other -> other != image).boxed()
                    .sorted(Comparator.comparingDouble(other -> -cosine(rows[image], rows[other]))).limit(7).toList();
            assertThat(found.indices()[i]).containsExactly(expected.stream().mapToInt(other -> other).toArray());
            for (int n = 0; n < 7; n++) {
                // Sums of 17 products in single precision.
                assertThat((double) found.similarities()[i][n])
                        .isCloseTo(cosine(rows[i], rows[expected.get(n)]), within(1e-6));
            }
        }
    }

    @Test
    void equallySimilarImagesAreInOrder() {
        NearestNeighbours found = NearestNeighbours.of(new float[][] {{2, 0}, {0, 3}, {1, 0}, {0, 0}, {4, 0}}, 9);
        assertThat(found.indices()[0]).containsExactly(2, 4, 1, 3);
        assertThat(found.similarities()[0]).containsExactly(1, 1, 0, 0);
        assertThat(found.similarities()[3]).containsExactly(0, 0, 0, 0);
        assertThat(NearestNeighbours.of(new float[][] {{1}}, 5).indices()[0]).isEmpty();
        assertThat(NearestNeighbours.of(new float[0][], 5).indices()).isEmpty();
    }
}
