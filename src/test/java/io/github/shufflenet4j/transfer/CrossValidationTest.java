package io.github.shufflenet4j.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class CrossValidationTest {

    /** Two classes of 20 images that any classifier tells apart, and one image of a third. */
    @Test
    void noImageIsJudgedByItself() {
        Random random = new Random(2);
        float[][] rows = new float[41][3];
        int[] labels = new int[41];
        for (int i = 0; i < 41; i++) {
            labels[i] = i == 40 ? 2 : i % 2;
            for (int j = 0; j < 3; j++) {
                rows[i][j] = (j == labels[i] ? 5 : 0) + random.nextFloat();
            }
        }
        List<Integer> folds = new ArrayList<>();
        float[][] probabilities = CrossValidation.probabilities(rows, labels, 3, folds::add);
        assertThat(folds).containsExactly(1, 2, 3, 4, 5);
        for (int i = 0; i < 40; i++) {
            assertThat(probabilities[i][labels[i]]).isGreaterThan(0.8f);
            // Single precision.
            assertThat(probabilities[i][0] + probabilities[i][1] + probabilities[i][2]).isCloseTo(1f, within(1e-5f));
        }
        // No other fold has an image of its class; with it among the others, the class is as probable as theirs.
        assertThat(probabilities[40][2]).isLessThan(0.1f);
        assertThat(CrossValidation.probabilities(rows, labels, 3, fold -> { })).isDeepEqualTo(probabilities);

        assertThat(CrossValidation.probabilities(new float[][] {{1}}, new int[] {0}, 2, fold -> { }))
                .isDeepEqualTo(new float[][] {{0, 0}});
    }
}
