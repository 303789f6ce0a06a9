package io.github.shufflenet4j.training;

import java.util.Locale;

/**
 * What an epoch came to.
 *
 * @param epoch           from 1
 * @param learningRate    of its last step
 * @param trainLoss       mean over its steps of what training minimises: smoothed cross-entropy and L2 penalty
 * @param validation      accuracy and loss on the validation images
 * @param imagesPerSecond training images in a second, validation left out
 */
public record EpochMetrics(int epoch, double learningRate, double trainLoss, EvaluationResult validation,
                           double imagesPerSecond) {

    /** Header of {@code metrics.csv}. */
    public static final String CSV_HEADER = "epoch,learning_rate,train_loss,val_loss,top1,top5,images_per_second";

    /** This epoch's line of {@code metrics.csv}. */
    public String csvLine() {
        return String.format(Locale.ROOT, "%d,%.6g,%.6f,%.6f,%.3f,%.3f,%.1f", epoch, learningRate, trainLoss,
                validation.loss(), validation.top1(), validation.top5(), imagesPerSecond);
    }
}
