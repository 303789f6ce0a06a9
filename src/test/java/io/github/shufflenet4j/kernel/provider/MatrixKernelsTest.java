package io.github.shufflenet4j.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.Rounding;

/** Products against their definition, with fewer rows than a tile has, whole tiles, and one row more or fewer. */
class MatrixKernelsTest {

    private static final float UNTOUCHED = 12345;

    static Stream<Arguments> cases() {
        int[] rows = {1, 2, 5, 6, 7, 11, 12, 13, 24, 58};
        int[][] others = {{1, 1}, {2, 2}, {3, 5}, {29, 3}, {116, 9}};
        return KernelProviders.all().stream().flatMap(kernels -> Arrays.stream(rows).boxed().flatMap(m ->
                Arrays.stream(others).map(other -> Arguments.of(kernels, m, other[0], other[1]))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreeWithTheDefinition(KernelProvider kernels, int m, int k, int vectors) {
        MatrixKernels matrices = kernels.matrices();
        Random random = new Random(m * 1000 + k);
        int n = vectors * kernels.lanes();
        int ld = n + 3;
        int ldTransposed = m + 2;
        int ldc = n + 5;
        Panel a = new Panel(randoms(random, 3 + m * (k + 1)), 3, k + 1);
        float[] transposed = new float[1 + k * ldTransposed];
        matrices.transpose(a, m, k, new Panel(transposed, 1, ldTransposed));
        Panel b = new Panel(randoms(random, 4 + k * ld), 4, ld);
        double[] expected = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int p = 0; p < k; p++) {
                    expected[i * n + j] += (double) a.floats()[a.row(i) + p] * b.floats()[b.row(p) + j];
                }
            }
        }
        float[] c = result(m, ldc);
        matrices.multiply(a, m, k, b, n, new Panel(c, 2, ldc));
        assertProduct(c, ldc, m, n, expected);

        float[] packed = new float[matrices.packedSize(m, k)];
        tiles(matrices, m).forEach(tile -> matrices.pack(a, m, k, tile, packed));
        float[] byPacked = result(m, ldc);
        matrices.multiplyPacked(packed, m, k, b, n, new Panel(byPacked, 2, ldc));
        assertProduct(byPacked, ldc, m, n, expected);

        float[] packedAgain = new float[packed.length];
        tiles(matrices, m).forEach(tile ->
                matrices.packTransposed(new Panel(transposed, 1, ldTransposed), m, k, tile, packedAgain));
        assertThat(packedAgain).isEqualTo(packed);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void transposedAgreesWithTheDefinition(KernelProvider kernels, int m, int k, int vectors) {
        Random random = new Random(m * 1000 + k);
        int n = vectors * kernels.lanes();
        int lda = n + 3;
        int ldb = n + 4;
        Panel a = new Panel(randoms(random, 3 + Rounding.up(m, MatrixKernels.TILE_ROWS) * lda), 3, lda);
        Panel b = new Panel(randoms(random, 4 + Rounding.up(k, MatrixKernels.TILE_ROWS) * ldb), 4, ldb);
        double[] expected = new double[m * k];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < k; j++) {
                for (int p = 0; p < n; p++) {
                    expected[i * k + j] += (double) a.floats()[a.row(i) + p] * b.floats()[b.row(j) + p];
                }
            }
        }
        float[] c = result(m, k + 1);
        kernels.matrices().multiplyTransposed(a, m, b, k, n, new Panel(c, 2, k + 1));
        assertProduct(c, k + 1, m, k, expected);
    }

    private static IntStream tiles(MatrixKernels matrices, int m) {
        return IntStream.range(0, matrices.packedTiles(m));
    }

    private static float[] randoms(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** A result at 2, with the rows that may be overwritten and then one more. */
    private static float[] result(int m, int ldc) {
        float[] c = new float[2 + (Rounding.up(m, MatrixKernels.TILE_ROWS) + 1) * ldc];
        Arrays.fill(c, UNTOUCHED);
        return c;
    }

    private static void assertProduct(float[] c, int ldc, int m, int n, double[] expected) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < ldc; j++) {
                float actual = c[2 + i * ldc + j];
                if (j >= n) {
                    assertThat(actual).isEqualTo(UNTOUCHED);
                } else if (Math.abs(actual - expected[i * n + j]) > 1e-5) {
                    assertThat((double) actual).as("row %d, column %d", i, j).isEqualTo(expected[i * n + j]);
                }
            }
        }
        int beyond = 2 + Rounding.up(m, MatrixKernels.TILE_ROWS) * ldc;
        assertThat(Arrays.copyOfRange(c, beyond, c.length)).containsOnly(UNTOUCHED);
        assertThat(Arrays.copyOf(c, 2)).containsOnly(UNTOUCHED);
    }
}
