package io.github.shufflenet4j.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.audit.Outliers.Outlier;

class OutliersTest {

    /** Two classes around axes of their own; image 5 points elsewhere, image 25 to the other class. */
    private static float[][] rows(int images) {
        Random random = new Random(5);
        float[][] rows = new float[images][8];
        for (int i = 0; i < images; i++) {
            for (int j = 0; j < 8; j++) {
                rows[i][j] = 0.1f + random.nextFloat() * 0.1f;
            }
            rows[i][i < images / 2 ? 0 : 1] = 1;
        }
        return rows;
    }

    private static int[] labels(int images) {
        int[] labels = new int[images];
        Arrays.fill(labels, images / 2, images, 1);
        return labels;
    }

    @Test
    void imagesFarFromTheirClassAreOdd() {
        float[][] rows = rows(40);
        rows[5] = new float[] {0, 0, 0, 1, 0, 0, 0, 0};
        rows[25] = rows[0].clone();
        assertThat(far(rows, image -> true)).containsExactly(5, 25);
        assertThat(far(rows, image -> image != 25)).containsExactly(5);
        assertThat(Outliers.find(rows, labels(40), 2, image -> true)).allMatch(outlier -> outlier.score() > 3.5);
    }

    /** Far beyond the limit, which noise reaches as well. */
    private static List<Integer> far(float[][] rows, IntPredicate accepted) {
        return Outliers.find(rows, labels(40), 2, accepted).stream().filter(outlier -> outlier.score() > 10)
                .map(Outlier::image).toList();
    }

    @Test
    void fewOrEqualImagesHaveNoOutliers() {
        float[][] few = rows(18);
        few[3] = new float[] {0, 0, 0, 1, 0, 0, 0, 0};
        assertThat(Outliers.find(few, labels(18), 2, image -> true)).isEmpty();
        float[][] equal = new float[12][];
        Arrays.fill(equal, new float[] {1, 2});
        assertThat(Outliers.find(equal, new int[12], 1, image -> true)).isEmpty();
    }
}
