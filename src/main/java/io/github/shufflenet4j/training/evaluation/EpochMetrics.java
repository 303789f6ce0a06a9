package io.github.shufflenet4j.training.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Metrics of an epoch.
 *
 * @param epoch           from 1; 0 for a validation before the first, all else of which is NaN
 * @param learningRate    of its last step
 * @param trainLoss       mean cross-entropy over its training images, with the recipe's label smoothing; no L2 penalty
 * @param validation      accuracy and loss on the validation images
 * @param averaged        the same for the averaged network, if there is one
 * @param imagesPerSecond training images per second, without validation
 */
public record EpochMetrics(int epoch, double learningRate, double trainLoss, EvaluationResult validation,
                           Optional<EvaluationResult> averaged, double imagesPerSecond) {

    /** The validation of the network that a run starts from, which is also its first average. */
    public static EpochMetrics ofStart(EvaluationResult validation, boolean averages) {
        return new EpochMetrics(0, Double.NaN, Double.NaN, validation,
                averages ? Optional.of(validation) : Optional.empty(), Double.NaN);
    }

    /** The number of epochs that have ended. */
    public static int ended(List<EpochMetrics> history) {
        return history.isEmpty() ? 0 : history.get(history.size() - 1).epoch();
    }

    /** The validation of the network, as {@link #best} takes it. */
    public Optional<EvaluationResult> ofNetwork() {
        return Optional.of(validation);
    }

    /** The better one of the validations of the network and of the averaged one. */
    public Optional<EvaluationResult> better() {
        return Optional.of(isAverageBetter() ? averaged.orElseThrow() : validation);
    }

    /** Whether there is an averaged network that is better than the network. */
    public boolean isAverageBetter() {
        return averaged.isPresent() && averaged.get().isBetterThan(validation);
    }

    /** The first epoch with the best result; empty if no epoch has one. */
    public static Optional<EpochMetrics> best(List<EpochMetrics> history,
                                              Function<EpochMetrics, Optional<EvaluationResult>> result) {
        return history.stream().filter(ended -> result.apply(ended).isPresent()).reduce((best, next) ->
                result.apply(next).get().isBetterThan(result.apply(best).get()) ? next : best);
    }

    /** Header of {@code metrics.csv}, of a run with an averaged network or without. */
    public static String csvHeader(boolean averaged) {
        String names = "val_loss,top1,top5,balanced_accuracy,macro_f1,";
        return "epoch,learning_rate,train_loss," + names
                + (averaged ? names.replaceAll("(\\w+),", "averaged_$1,") : "") + "images_per_second";
    }

    /** This epoch's line of {@code metrics.csv}. */
    public String csvLine() {
        return String.format(Locale.ROOT, "%d,%.6g,%.6f,%s,%s%.1f", epoch, learningRate, trainLoss, csv(validation),
                averaged.map(result -> csv(result) + ",").orElse(""), imagesPerSecond);
    }

    private static String csv(EvaluationResult result) {
        return String.format(Locale.ROOT, "%.6f,%.3f,%.3f,%.3f,%.3f", result.loss(), result.top1(), result.top5(),
                result.balancedAccuracy(), result.macroF1());
    }
}
