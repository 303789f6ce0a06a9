package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;

import io.github.shufflenet4j.data.Batch;
import io.github.shufflenet4j.data.BatchLoader;
import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.ImageSource;
import io.github.shufflenet4j.data.Preprocessing;
import io.github.shufflenet4j.recipe.RecipeKeys;
import io.github.shufflenet4j.weights.ImageNetClasses;

/** Measures accuracy and loss of a network on labelled images. */
public final class Evaluator {

    private static final int TOP = 5;
    private static final int BATCH = 32;
    /** Mistakes that are kept to be looked at. */
    private static final int WORST = 24;
    /** Where the probability of the true class underflows, the loss counts this. */
    private static final double SMALLEST_PROBABILITY = 1e-30;

    private final Preprocessing preprocessing;
    private final int threads;
    private final double brokenLimit;

    /** With {@link RecipeKeys#MAX_BROKEN}'s default. */
    public Evaluator(Preprocessing preprocessing, int threads) {
        this(preprocessing, threads, RecipeKeys.MAX_BROKEN.fallback().orElseThrow());
    }

    /**
     * @param preprocessing from image to input
     * @param threads       that decode images, at least 1
     * @param brokenLimit   share of the images that may be broken, as {@link BatchLoader.Builder#brokenLimit} takes it
     */
    public Evaluator(Preprocessing preprocessing, int threads, double brokenLimit) {
        this.preprocessing = preprocessing;
        this.threads = threads;
        this.brokenLimit = brokenLimit;
    }

    /**
     * Images labelled by the classes of a model: by name, by WordNet id where the model's classes are ImageNet's, or by
     * index where the images' classes are numbers that the model does not know as names.
     *
     * @param path where the images are, for messages
     * @throws DataException naming a class of the images that the model does not have
     */
    public static ImageSource labelled(ImageSource images, Path path, List<String> classNames) throws DataException {
        try {
            return images.labelledBy(naming(images.classes().get(0), classNames));
        } catch (DataException e) {
            throw new DataException(path + ": " + e.getMessage(), e);
        }
    }

    /** The classes of a model in the words of which {@code word} is one. */
    private static List<String> naming(String word, List<String> classNames) {
        if (classNames.contains(word)) {
            return classNames;
        }
        if (classNames.equals(ImageNetClasses.names()) && ImageNetClasses.wordNetIds().contains(word)) {
            return ImageNetClasses.wordNetIds();
        }
        List<String> indices = IntStream.range(0, classNames.size()).mapToObj(Integer::toString).toList();
        return indices.contains(word) ? indices : classNames;
    }

    /** What gives the probabilities of a batch of images: [images, classes]. */
    @FunctionalInterface
    public interface Classifier {
        float[][] probabilities(Batch batch);
    }

    /**
     * Runs {@code network} over all images of {@code source}.
     *
     * @param source labelled by the network's outputs
     * @param broken receives the images that could not be read
     * @throws DataException if too many images cannot be read, or none can
     */
    public EvaluationResult evaluate(ComputationGraph network, ImageSource source, List<BrokenImage> broken)
            throws IOException {
        return evaluate(batch -> network.outputSingle(BatchArrays.features(batch, preprocessing)).toFloatMatrix(),
                source, broken);
    }

    /** As {@link #evaluate(ComputationGraph, ImageSource, List)}, with anything that classifies. */
    public EvaluationResult evaluate(Classifier classifier, ImageSource source, List<BrokenImage> broken)
            throws IOException {
        return evaluateInDetail(classifier, source, broken).result();
    }

    /** As {@link #evaluate(Classifier, ImageSource, List)}, with the confusion of the classes and the worst mistakes. */
    public EvaluationDetail evaluateInDetail(Classifier classifier, ImageSource source, List<BrokenImage> broken)
            throws IOException {
        Tally tally = new Tally(source.classes());
        try (BatchLoader loader = BatchLoader.builder(source, preprocessing).batchSize(BATCH).threads(threads)
                .brokenLimit(brokenLimit).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                float[][] rows = classifier.probabilities(batch);
                for (int i = 0; i < rows.length; i++) {
                    tally.add(batch.samples()[i], batch.labels()[i], rows[i]);
                }
            }
            broken.addAll(loader.broken());
        }
        if (tally.images == 0) {
            throw new DataException("no image can be read; the first is " + broken.get(0));
        }
        return tally.detail();
    }

    /** What the images so far came to. */
    private static final class Tally {

        private final Evaluation counts;
        private final PriorityQueue<Mistake> worst = new PriorityQueue<>(Mistake.WORST_FIRST.reversed());
        private int images;
        private int top1;
        private int top5;
        private double loss;

        Tally(List<String> classes) {
            counts = new Evaluation(classes);
        }

        void add(int sample, int truth, float[] row) {
            int better = rank(row, truth);
            int predicted = better == 0 ? truth : bestBut(truth, row);
            double ofImage = -Math.log(Math.max(row[truth], SMALLEST_PROBABILITY));
            counts.eval(predicted, truth);
            images++;
            top1 += better < 1 ? 1 : 0;
            top5 += better < TOP ? 1 : 0;
            loss += ofImage;
            if (predicted != truth) {
                worst.add(new Mistake(sample, truth, predicted, row[predicted], ofImage));
                if (worst.size() > WORST) {
                    worst.remove();
                }
            }
        }

        EvaluationDetail detail() {
            return new EvaluationDetail(
                    new EvaluationResult(images, 100.0 * top1 / images, 100.0 * top5 / images, loss / images), counts,
                    worst.stream().sorted(Mistake.WORST_FIRST).toList());
        }
    }

    /** The most probable of the other classes; among equals the first, and a NaN before all of them. */
    private static int bestBut(int truth, float[] row) {
        int best = truth == 0 ? 1 : 0;
        for (int i = best + 1; i < row.length && !Float.isNaN(row[best]); i++) {
            if (i != truth && !(row[i] <= row[best])) {
                best = i;
            }
        }
        return best;
    }

    /** Number of classes ahead of {@code truth}; among equals the lower index is ahead. */
    private static int rank(float[] row, int truth) {
        int better = 0;
        for (int i = 0; i < row.length; i++) {
            // Written so that a NaN is ahead of everything: a network that gives NaN is right about nothing.
            if (i != truth && !(row[i] < row[truth] || row[i] == row[truth] && i > truth)) {
                better++;
            }
        }
        return better;
    }
}
