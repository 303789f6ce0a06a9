package io.github.shufflenet4j.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.audit.LabelErrors.Doubt;
import io.github.shufflenet4j.transfer.CrossValidation;

class LabelErrorsTest {

    /** No neighbours: all classes have the same votes, and the probabilities are normalised square roots. */
    private static NearestNeighbours none(int images) {
        return new NearestNeighbours(new int[images][0], new float[images][0]);
    }

    /** Squares, of which the roots are taken. */
    private static float[][] squares(double[][] probabilities) {
        return Arrays.stream(probabilities).map(row -> {
            float[] squares = new float[row.length];
            IntStream.range(0, row.length).forEach(c -> squares[c] = (float) (row[c] * row[c]));
            return squares;
        }).toArray(float[][]::new);
    }

    /**
     * Worked out by hand: the thresholds are the means of 0.9, 0.8, 0.1 and of 0.7, 0.9, 0.35. The third image is
     * confidently of class 1; the last one is of neither, and so only doubtful.
     */
    @Test
    void confidentImagesOffTheDiagonalAreErrors() {
        float[][] probabilities = squares(new double[][] {{0.9, 0.1}, {0.8, 0.2}, {0.1, 0.9}, {0.3, 0.7}, {0.1, 0.9},
            {0.58, 0.42}});
        int[] labels = {0, 0, 0, 1, 1, 1};
        List<Doubt> doubts = LabelErrors.find(probabilities, labels, none(6), c -> true);
        assertThat(doubts).hasSize(1);
        Doubt error = doubts.get(0);
        assertThat(error.image()).isEqualTo(2);
        assertThat(error.suggested()).isEqualTo(1);
        assertThat(error.error()).isTrue();
        assertThat(error.probability()).isCloseTo(0.9, within(1e-6));
        assertThat(error.selfConfidence()).isCloseTo(0.1, within(1e-6));

        // Of eleven images, two are listed.
        float[][] more = squares(new double[][] {{0.9, 0.1}, {0.8, 0.2}, {0.1, 0.9}, {0.3, 0.7}, {0.1, 0.9},
            {0.58, 0.42}, {0.1, 0.9}, {0.1, 0.9}, {0.1, 0.9}, {0.9, 0.1}, {0.9, 0.1}});
        assertThat(LabelErrors.find(more, new int[] {0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0}, none(11), c -> true))
                .extracting(Doubt::image, Doubt::error)
                .containsExactly(tuple(2, true),
                        tuple(5, false));
    }

    @Test
    void smallClassesAreNeitherDoubtedNorSuggested() {
        float[][] probabilities = squares(
                new double[][] {{0.6, 0.4, 0}, {0.4, 0.6, 0}, {0.1, 0.1, 0.8}, {0.5, 0.5, 0}});
        assertThat(LabelErrors.find(probabilities, new int[] {0, 1, 0, 2}, none(4), c -> c < 2)).isEmpty();
    }

    @Test
    void neighboursOutvoteAnUndecidedClassifier() {
        int[][] indices = {{1, 2}, {0, 2}, {1, 3}, {2, 1}};
        float[][] similarities = new float[4][];
        Arrays.fill(similarities, new float[] {0.9f, 0.9f});
        float[][] undecided = new float[4][2];
        for (float[] row : undecided) {
            Arrays.fill(row, 0.5f);
        }
        List<Doubt> doubts = LabelErrors.find(undecided, new int[] {0, 1, 1, 1},
                new NearestNeighbours(indices, similarities), c -> true);
        assertThat(doubts).extracting(Doubt::image).containsExactly(0);
        // Of the roots of 0.001 and of 1.001, with the prior that each class has.
        assertThat(doubts.get(0).selfConfidence()).isCloseTo(0.0306, within(1e-4));
    }

    /** Three clouds of points, of which every twentieth has the label of another. */
    @Test
    void swappedLabelsOfClearClassesAreFound() {
        Random random = new Random(3);
        float[][] rows = new float[300][6];
        int[] labels = new int[300];
        Set<Integer> swapped = IntStream.range(0, 300).filter(i -> i % 20 == 7).boxed().collect(Collectors.toSet());
        for (int i = 0; i < 300; i++) {
            int truth = i % 3;
            for (int j = 0; j < 6; j++) {
                rows[i][j] = (float) (j == truth ? 9 + random.nextGaussian() : Math.abs(random.nextGaussian()));
            }
            labels[i] = swapped.contains(i) ? (truth + 1 + random.nextInt(2)) % 3 : truth;
        }
        float[][] probabilities = CrossValidation.probabilities(rows, labels, 3, fold -> { });
        List<Doubt> doubts = LabelErrors.find(probabilities, labels, NearestNeighbours.of(rows, LabelErrors.NEIGHBOURS),
                c -> true);
        assertThat(doubts.stream().limit(swapped.size()).map(Doubt::image))
                .containsExactlyInAnyOrderElementsOf(swapped);
        assertThat(doubts.stream().limit(swapped.size())).allMatch(doubt -> doubt.suggested() == doubt.image() % 3);
        assertThat(doubts.stream().filter(Doubt::error).map(Doubt::image)).hasSizeGreaterThan(10).isSubsetOf(swapped);
    }
}
