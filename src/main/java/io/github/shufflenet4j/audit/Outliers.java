package io.github.shufflenet4j.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Images far from the others of their class: the mean cosine distance to the nearest of them is an outlier by the
 * modified z-score, of median and median absolute deviation (Iglewicz and Hoaglin, "How to detect and handle outliers",
 * 1993).
 */
final class Outliers {

    /** So many neighbours are averaged. */
    private static final int NEIGHBOURS = 5;
    /** Of a smaller class, the spread is not known. */
    private static final int MIN_IMAGES = 10;
    /** The usual limit. */
    private static final double LIMIT = 3.5;
    /** Makes the median absolute deviation of normal numbers their standard deviation. */
    private static final double NORMAL = 0.6745;

    /** @param score modified z-score of the distance */
    record Outlier(int image, double score) {
    }

    private Outliers() {
    }

    /**
     * The outliers, the farthest first.
     *
     * @param rows     features of each image
     * @param accepted whether an image is of its class as far as is known; others are left out
     */
    static List<Outlier> find(float[][] rows, int[] labels, int classes, IntPredicate accepted) {
        List<List<Integer>> members = new ArrayList<>();
        IntStream.range(0, classes).forEach(c -> members.add(new ArrayList<>()));
        IntStream.range(0, labels.length).filter(accepted).forEach(image -> members.get(labels[image]).add(image));
        List<Outlier> outliers = new ArrayList<>();
        for (List<Integer> ofClass : members) {
            if (ofClass.size() >= MIN_IMAGES) {
                double[] scores = scores(ofClass.stream().map(image -> rows[image]).toArray(float[][]::new));
                IntStream.range(0, scores.length).filter(i -> scores[i] > LIMIT)
                        .forEach(i -> outliers.add(new Outlier(ofClass.get(i), scores[i])));
            }
        }
        outliers.sort(Comparator.comparingDouble(Outlier::score).reversed().thenComparingInt(Outlier::image));
        return outliers;
    }

    private static double[] scores(float[][] rows) {
        double[] distances = Arrays.stream(NearestNeighbours.of(rows, NEIGHBOURS).similarities())
                .mapToDouble(similarities -> IntStream.range(0, similarities.length)
                        .mapToDouble(n -> 1 - similarities[n]).average().orElse(0)).toArray();
        double median = median(distances);
        double deviation = median(Arrays.stream(distances).map(distance -> Math.abs(distance - median)).toArray());
        return Arrays.stream(distances).map(distance ->
                deviation == 0 ? 0 : NORMAL * (distance - median) / deviation).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
