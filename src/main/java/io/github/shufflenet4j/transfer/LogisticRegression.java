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
    private static final List<Double> PENALTIES = List.of(1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001);
    /** Used if no images can be held out. */
    private static final double DEFAULT_PENALTY = 0.1;
    /** Of so many images of a class, the last is held out. */
    private static final int HELD_OUT = 5;

    private static final Lbfgs SEARCH = new Lbfgs(1e-5, 300);

    private record Choice(double l2, double accuracy) {
    }

    /**
     * Fits all images, with the penalty of the lowest loss on the held-out ones.
     *
     * @param variant the same images in another form, such as flipped, to learn from as well; or an empty table
     */
    static LogisticRegression fit(FeatureTable images, FeatureTable variant, int classes) {
        Standardisation units = Standardisation.of(images.and(variant));
        FeatureTable scaled = units.apply(images);
        FeatureTable scaledVariant = units.apply(variant);
        Choice choice = choose(scaled, scaledVariant, classes);
        SoftmaxLoss loss = new SoftmaxLoss(scaled.and(scaledVariant), classes, choice.l2());
        return inOriginalUnits(SEARCH.minimise(loss, new double[loss.size()]), units, choice, classes);
    }

    private static Choice choose(FeatureTable images, FeatureTable variant, int classes) {
        boolean[] heldOut = heldOut(images.labels(), classes);
        FeatureTable judged = images.where(i -> heldOut[i]);
        if (judged.size() == 0) {
            return new Choice(DEFAULT_PENALTY, Double.NaN);
        }
        FeatureTable learnt = images.where(i -> !heldOut[i]).and(variant.where(i -> !heldOut[i]));
        SoftmaxLoss judge = new SoftmaxLoss(judged, classes, 0);
        double[] point = new double[judge.size()];
        double least = Double.POSITIVE_INFINITY;
        Choice best = null;
        for (double l2 : PENALTIES) {
            point = SEARCH.minimise(new SoftmaxLoss(learnt, classes, l2), point);
            SoftmaxLoss.Score score = judge.score(point);
            if (score.loss() < least) {
                least = score.loss();
                best = new Choice(l2, score.accuracy());
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
