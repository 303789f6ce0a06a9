package io.github.shufflenet4j.guidelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.shufflenet4j.model.cost.Cost;

class GuidelineTest {

    private static Stack stack(Guideline guideline, int row, int scale) {
        return guideline.rows().get(row).stack().apply(scale);
    }

    @Test
    void tableOneIsTenBlocksOfTwoConvolutions() {
        Cost even = stack(Guideline.G1, 0, 1).cost(false);
        assertThat(even.macs()).isEqualTo(20L * 3136 * 32 * 32);
        assertThat(even.memoryAccess()).isEqualTo(20 * (3136 * 64 + 32 * 32));
        Cost uneven = stack(Guideline.G1, 3, 4).cost(false);
        assertThat(uneven.macs()).isEqualTo(20L * 3136 * 36 * 432);
        assertThat(uneven.memoryAccess()).isEqualTo(20 * (3136 * (36 + 432) + 36 * 432));
    }

    @Test
    void tableTwoIsTenConvolutionsWithGroups() {
        assertThat(Guideline.G2.rows().get(3).channels().apply(1)).isEqualTo("184");
        assertThat(Guideline.G2.rows().get(3).channels().apply(2)).isEqualTo("360");
        Cost four = stack(Guideline.G2, 2, 1).cost(false);
        assertThat(four.macs()).isEqualTo(10L * 3136 * 128 * 128 / 4);
        assertThat(four.memoryAccess()).isEqualTo(10 * (3136 * 256 + 128 * 128 / 4));
    }

    @Test
    void tableThreeSumsParallelConvolutions() {
        assertThat(stack(Guideline.G3, 2, 1).operations()).hasSize(40).allMatch(Stack.Convolution.class::isInstance);
        Stack parallel = stack(Guideline.G3, 4, 1);
        assertThat(parallel.operations().stream().filter(Stack.Sum.class::isInstance)).hasSize(30);
        assertThat(parallel.cost(false).memoryAccess())
                .isEqualTo(40 * (3136 * 64 + 32 * 32) + 30 * (3 * 3136 * 32));
    }

    @Test
    void tableFourCountsSeparateRelu() {
        Stack neither = stack(Guideline.G4, 3, 1);
        assertThat(neither.cost(true)).isEqualTo(neither.cost(false));
        assertThat(neither.cost(false).macs()).isEqualTo(10L * 3136 * (32 * 8 + 9 * 8 * 8 + 8 * 32));
        Stack both = stack(Guideline.G4, 0, 1);
        assertThat(both.cost(false).memoryAccess() - neither.cost(false).memoryAccess()).isEqualTo(10 * 3 * 3136 * 32);
        assertThat(both.cost(true).memoryAccess() - both.cost(false).memoryAccess())
                .isEqualTo(10 * 2 * 3136 * (8 + 8 + 32));
    }

    @ParameterizedTest
    @EnumSource(Guideline.class)
    void rowsOfATableHaveNearlyTheSameMultiplyAdds(Guideline guideline) {
        for (int scale : Guideline.SCALES) {
            double first = stack(guideline, 0, scale).cost(false).macs();
            for (int row = 1; row < guideline.rows().size(); row++) {
                assertThat(stack(guideline, row, scale).cost(false).macs() / first)
                        .as(guideline + " " + row + " x" + scale).isCloseTo(1, within(0.06));
            }
        }
    }

    /** In the paper's own tables, most claims are true. */
    @ParameterizedTest
    @EnumSource(Guideline.class)
    void publishedFiguresConfirmTheClaims(Guideline guideline) {
        for (int scale : Guideline.SCALES) {
            assertThat(guideline.claims().stream()
                    .filter(claim -> guideline.arm(claim.fast(), scale) < guideline.arm(claim.slow(), scale)))
                    .as(guideline + " on ARM x" + scale).hasSizeLessThan(2);
        }
    }

    @Test
    void valuesThatAreNotLiveAtTheSameTimeShareMemory() {
        assertThat(stack(Guideline.G1, 0, 1).slots()).startsWith(0, 1, 2, 1, 2);
        int[] slots = stack(Guideline.G4, 0, 1).slots();
        // Input, narrow, middle, wide, sum, and then the sum must outlive the next block's three.
        assertThat(slots).startsWith(0, 1, 2, 1, 2);
        assertThat(Arrays.copyOfRange(slots, 5, 8)).doesNotContain(2);
    }
}
