package io.github.shufflenet4j.transfer;

import java.util.List;

/**
 * Multinomial logistic regression with an L2 penalty chosen on held-out images.
 *
 * @param weights  [classes, features]
 * @param biases   one for each class
 * @param l2       the penalty, on weights of standardised features
 * @param accuracy top-1 accuracy on the held-out images under it; NaN if no class had enough images to hold any out
 */
record LogisticRegression(float[] weights, float[] biases, double l2, double accuracy) {

    /** From strong to weak, so that each fit begins near its end. */
    private static final List<Double> PENALTIES = List.of(1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001);
    /** Used if no images can be held out. */
    private static final double DEFAULT_PENALTY = 0.1;
    /** Of so many images of a class, the last is held out. */
    private static final int HELD_OUT = 5;

    /** Of a mean of losses in single precision. */
    private static final double ROUNDING = 1e-7;
    /** Ten times as exact brings the same penalty, and takes twice as long. */
    private static final Lbfgs COMPARISON = new Lbfgs(1e-4, ROUNDING, 300);
    private static final Lbfgs LAST = new Lbfgs(1e-5, ROUNDING, 300);

    private record Choice(double l2, double accuracy, double[] point) {
    }

    /**
     * Fits all images, with the penalty of the lowest loss on the held-out ones.
     *
     * @param variant the same images in another form, such as flipped, to learn from as well; or an empty table
     */
    static LogisticRegression fit(FeatureTable images, FeatureTable variant, int classes) {
        Standardisation units = Standardisation.of(images.and(variant));
        boolean[] heldOut = heldOut(images.labels(), classes);
        FeatureBlocks judged = FeatureBlocks.of(images.where(i -> heldOut[i]), units);
        FeatureBlocks learnt = FeatureBlocks.of(
                images.where(i -> !heldOut[i]).and(variant.where(i -> !heldOut[i])), units);
        Choice choice = choose(learnt, judged, classes);
        FeatureBlocks all = learnt.and(judged).and(FeatureBlocks.of(variant.where(i -> heldOut[i]), units));
        return inOriginalUnits(LAST.minimise(new SoftmaxLoss(all, classes, choice.l2()), choice.point()), units,
                choice, classes);
    }

    /** Probabilities of the classes for {@code judged} images, [images, classes], learnt from others. */
    static float[][] probabilities(FeatureTable learnt, FeatureTable judged, int classes, double l2) {
        Standardisation units = Standardisation.of(learnt);
        SoftmaxLoss loss = new SoftmaxLoss(FeatureBlocks.of(learnt, units), classes, l2);
        return new SoftmaxLoss(FeatureBlocks.of(judged, units), classes, 0)
                .probabilities(COMPARISON.minimise(loss, new double[loss.size()]));
    }

    private static Choice choose(FeatureBlocks learnt, FeatureBlocks judged, int classes) {
        SoftmaxLoss judge = new SoftmaxLoss(judged, classes, 0);
        double[] point = new double[judge.size()];
        Choice best = new Choice(DEFAULT_PENALTY, Double.NaN, point);
        if (judged.size() == 0) {
            return best;
        }
        double least = Double.POSITIVE_INFINITY;
        for (double l2 : PENALTIES) {
            point = COMPARISON.minimise(new SoftmaxLoss(learnt, classes, l2), point);
            SoftmaxLoss.Score score = judge.score(point);
            if (score.loss() < least) {
                least = score.loss();
                best = new Choice(l2, score.accuracy(), point);
            }
        }
        return best;
    }

    private static boolean[] heldOut(int[] labels, int classes) {
        int[] seen = new int[classes];
        boolean[] heldOut = new boolean[labels.length];
        for (int i = 0; i < labels.length; i++) {
            heldOut[i] = ++seen[labels[i]] % HELD_OUT == 0;
        }
        return heldOut;
    }

    private static LogisticRegression inOriginalUnits(double[] point, Standardisation units, Choice choice,
                                                      int classes) {
        int features = units.mean().length;
        float[] weights = new float[classes * features];
        float[] biases = new float[classes];
        for (int c = 0; c < classes; c++) {
            int at = c * (features + 1);
            double bias = point[at + features];
            for (int i = 0; i < features; i++) {
                double weight = point[at + i] / units.deviation()[i];
                bias -= weight * units.mean()[i];
                weights[c * features + i] = (float) weight;
            }
            biases[c] = (float) bias;
        }
        return new LogisticRegression(weights, biases, choice.l2(), choice.accuracy());
    }
}
