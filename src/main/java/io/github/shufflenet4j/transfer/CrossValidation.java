package io.github.shufflenet4j.transfer;

import java.util.Arrays;
import java.util.function.IntConsumer;

import org.apache.commons.lang3.Validate;

/**
 * Class probabilities of labelled images by a classifier that has not seen them: a multinomial logistic regression on
 * the features of the other folds, each of which has the same share of every class.
 */
public final class CrossValidation {

    /** The number of folds, and so the number of images that a class needs to be in all of them. */
    public static final int FOLDS = 5;

    /** On weights of standardised features: strong, as some labels are wrong. */
    private static final double PENALTY = 0.1;

    private CrossValidation() {
    }

    /**
     * The probabilities, [images, classes]; a class has none of an image if no other fold has images of it.
     *
     * @param features of each image, all of the same length
     * @param labels   of each image, from 0 to {@code classes - 1}
     * @param progress receives the number of folds that are done
     */
    public static float[][] probabilities(float[][] features, int[] labels, int classes, IntConsumer progress) {
        Validate.isTrue(features.length > 0, "there are no images");
        FeatureTable all = new FeatureTable(features[0].length, features, labels);
        int[] folds = folds(labels, classes);
        float[][] probabilities = new float[labels.length][];
        for (int f = 0; f < FOLDS; f++) {
            int fold = f;
            FeatureTable others = all.where(i -> folds[i] != fold);
            FeatureTable own = all.where(i -> folds[i] == fold);
            float[][] found = own.size() == 0 || others.size() == 0 ? new float[own.size()][classes]
                    : LogisticRegression.probabilities(others, own, classes, PENALTY);
            for (int i = 0, row = 0; i < labels.length; i++) {
                if (folds[i] == fold) {
                    probabilities[i] = found[row++];
                }
            }
            progress.accept(fold + 1);
        }
        return probabilities;
    }

    /** The images of a class fall to the folds in turn. */
    private static int[] folds(int[] labels, int classes) {
        int[] seen = new int[classes];
        return Arrays.stream(labels).map(label -> seen[label]++ % FOLDS).toArray();
    }
}
