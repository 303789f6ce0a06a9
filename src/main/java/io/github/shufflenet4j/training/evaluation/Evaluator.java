package io.github.shufflenet4j.training.evaluation;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.pretrained.ImageNetClasses;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Measures accuracy and loss of a network on labelled images. */
public final class Evaluator {

    private static final int BATCH = 32;

    private final Preprocessing preprocessing;
    private final int threads;
    private final double damagedLimit;

    /** With {@link RecipeKeys#MAX_DAMAGED}'s default. */
    public Evaluator(Preprocessing preprocessing, int threads) {
        this(preprocessing, threads, RecipeKeys.MAX_DAMAGED.fallback().orElseThrow());
    }

    /**
     * @param preprocessing from image to input
     * @param threads       that decode images, at least 1
     * @param damagedLimit  as in {@link BatchLoader.Builder#damagedLimit}
     */
    public Evaluator(Preprocessing preprocessing, int threads, double damagedLimit) {
        this.preprocessing = preprocessing;
        this.threads = Checks.atLeast("threads", threads, 1);
        this.damagedLimit = damagedLimit;
    }

    /**
     * Images labelled by the classes of a model: by name, by WordNet id if the model's classes are ImageNet's, or by
     * index if the images' classes are numbers that are not names of the model's.
     *
     * @param path of the images, for messages
     * @throws DataException naming a class of the images that the model does not have
     */
    public static ImageSource labelled(ImageSource images, String path, List<String> classNames) throws DataException {
        try {
            return images.labelledBy(naming(images.classes().get(0), classNames));
        } catch (DataException e) {
            throw new DataException(path + ": " + e.getMessage(), e);
        }
    }

    /** The classes of a model under the kind of name that {@code word} is. */
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

    /** Computes the class probabilities of a batch of images, [images, classes]. The batch is reused afterwards. */
    @FunctionalInterface
    public interface Classifier {
        float[][] probabilities(Batch batch) throws IOException;
    }

    /** The probabilities of a classifier of preprocessed images. */
    public static Classifier probabilities(ImageClassifier classifier) {
        return rows(classifier.metadata().classNames().size(), classifier::probabilities);
    }

    /** Its logits in place of the probabilities. */
    public static Classifier logits(ImageClassifier classifier) {
        return rows(classifier.metadata().classNames().size(), classifier::logits);
    }

    /** Computes the outputs of images, [count, classes]. */
    @FunctionalInterface
    public interface Outputs {
        void compute(float[] inputs, int count, float[] outputs);
    }

    /** A classifier that computes the outputs of whole batches of preprocessed images. */
    public static Classifier rows(int length, Outputs outputs) {
        return batch -> {
            float[] values = new float[batch.size() * length];
            outputs.compute(batch.features(), batch.size(), values);
            float[][] rows = new float[batch.size()][];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = Arrays.copyOfRange(values, row * length, (row + 1) * length);
            }
            return rows;
        };
    }

    /** A network as a classifier. */
    public Classifier classifier(ComputationGraph network) {
        return batch -> network.outputSingle(Nd4j.createFromArray(batch.features()).reshape('c', batch.size(),
                preprocessing.channels(), preprocessing.size(), preprocessing.size())).toFloatMatrix();
    }

    /**
     * Evaluates a classifier on all images of a source.
     *
     * @param source  labelled by the classifier's classes
     * @param damaged receives the images that could not be read
     * @throws DataException if too many images cannot be read, or none can
     */
    public EvaluationDetail evaluate(Classifier classifier, ImageSource source, List<DamagedImage> damaged)
            throws IOException {
        return tally(classifier, source, allBatches(source), damaged).detail(damaged);
    }

    static int[] allBatches(ImageSource source) {
        return IntStream.range(0, batches(source)).toArray();
    }

    /** Number of batches in which an evaluation reads a source. */
    public static int batches(ImageSource source) {
        return Rounding.ceilDiv(source.size(), BATCH);
    }

    /**
     * Evaluates a classifier on a part of a source.
     *
     * @param batches numbers of the part's batches, from 0
     * @param damaged receives the images that could not be read
     * @throws DataException if too many images cannot be read
     */
    public Tally tally(Classifier classifier, ImageSource source, int[] batches, List<DamagedImage> damaged)
            throws IOException {
        Tally tally = new Tally(source.classes());
        forEach(source, batches, damaged, batch -> {
            float[][] rows = classifier.probabilities(batch);
            for (int i = 0; i < rows.length; i++) {
                tally.add(batch.samples()[i], batch.labels()[i], rows[i]);
            }
        });
        return tally;
    }

    /** Receives batches, each of which is reused afterwards. */
    @FunctionalInterface
    interface BatchConsumer {
        void accept(Batch batch) throws IOException;
    }

    /** Preprocesses a part of a source; see {@link #tally}. */
    void forEach(ImageSource source, int[] batches, List<DamagedImage> damaged, BatchConsumer consumer)
            throws IOException {
        try (BatchLoader loader = BatchLoader.builder(source, preprocessing).batchSize(BATCH).only(batches)
                .threads(threads).damagedLimit(damagedLimit).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                consumer.accept(batch);
                loader.recycle(batch);
            }
            damaged.addAll(loader.damaged());
        }
    }
}
