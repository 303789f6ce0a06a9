package io.github.shufflenet4j.training.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.pretrained.ImageNetClasses;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.BatchArrays;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Measures accuracy and loss of a network on labelled images. */
public final class Evaluator {

    private static final int BATCH = 32;

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
    public static ImageSource labelled(ImageSource images, String path, List<String> classNames) throws DataException {
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
        List<String> indices = ModelMetadata.numberedClasses(classNames.size());
        return indices.contains(word) ? indices : classNames;
    }

    /**
     * What gives the probabilities of a batch of images: [images, classes]. The batch is used again afterwards.
     */
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
        return evaluate(batch -> BatchArrays.probabilities(network, batch, preprocessing), source, broken);
    }

    /** As {@link #evaluate(ComputationGraph, ImageSource, List)}, with anything that classifies. */
    public EvaluationResult evaluate(Classifier classifier, ImageSource source, List<BrokenImage> broken)
            throws IOException {
        return evaluateInDetail(classifier, source, broken).result();
    }

    /**
     * As {@link #evaluate(Classifier, ImageSource, List)}, with the confusion of the classes and the worst mistakes.
     */
    public EvaluationDetail evaluateInDetail(Classifier classifier, ImageSource source, List<BrokenImage> broken)
            throws IOException {
        return detail(tally(classifier, source, IntStream.range(0, batches(source)).toArray(), broken), broken);
    }

    /** How many batches an evaluation takes the images of a source in. */
    public static int batches(ImageSource source) {
        return (source.size() + BATCH - 1) / BATCH;
    }

    /**
     * A part of an evaluation.
     *
     * @param batches numbers of the part's, from 0
     * @param broken  receives the images that could not be read
     * @throws DataException if too many images cannot be read
     */
    public Tally tally(ComputationGraph network, ImageSource source, int[] batches, List<BrokenImage> broken)
            throws IOException {
        return tally(batch -> BatchArrays.probabilities(network, batch, preprocessing), source, batches, broken);
    }

    private Tally tally(Classifier classifier, ImageSource source, int[] batches, List<BrokenImage> broken)
            throws IOException {
        Tally tally = new Tally(source.classes());
        try (BatchLoader loader = BatchLoader.builder(source, preprocessing).batchSize(BATCH).only(batches)
                .threads(threads).brokenLimit(brokenLimit).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                float[][] rows = classifier.probabilities(batch);
                for (int i = 0; i < rows.length; i++) {
                    tally.add(batch.samples()[i], batch.labels()[i], rows[i]);
                }
                loader.recycle(batch);
            }
            broken.addAll(loader.broken());
        }
        return tally;
    }

    /**
     * What a whole evaluation came to.
     *
     * @param broken the images that could not be read
     * @throws DataException if none could
     */
    public static EvaluationDetail detail(Tally tally, List<BrokenImage> broken) throws DataException {
        if (tally.images() == 0) {
            throw new DataException("no image can be read; the first is " + broken.get(0));
        }
        return tally.detail();
    }
}
