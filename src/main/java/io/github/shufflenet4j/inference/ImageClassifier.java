package io.github.shufflenet4j.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.ImageDecoder;
import io.github.shufflenet4j.data.Preprocessing;
import io.github.shufflenet4j.data.RgbImage;
import io.github.shufflenet4j.weights.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * Classifies images.
 *
 * <pre>{@code
 * ImageClassifier classifier = ImageClassifier.load(Path.of("model.zip"));
 * List<Prediction> ranked = classifier.classify(Path.of("cat.jpg"));
 * }</pre>
 *
 * <p>Not for use by several threads at once.
 */
public final class ImageClassifier {

    private static final int CHANNELS = 3;

    private final TrainedModel model;

    /**
     * @param model a network for images of three channels
     * @throws IllegalArgumentException if it is for another number of channels
     */
    public ImageClassifier(TrainedModel model) {
        if (model.metadata().inputChannels() != CHANNELS) {
            throw new IllegalArgumentException("the model is for images of " + model.metadata().inputChannels()
                    + " channels, but image files give " + CHANNELS);
        }
        this.model = model;
    }

    /**
     * A classifier with the model in {@code file}, a model file or weights ({@link ModelLoader}).
     *
     * @throws IOException if the file cannot be read or is no model
     */
    public static ImageClassifier load(Path file) throws IOException {
        return new ImageClassifier(ModelLoader.load(file));
    }

    /**
     * All classes, the most probable first.
     *
     * @throws IOException if the image cannot be read
     */
    public List<Prediction> classify(Path image) throws IOException {
        return classify(ImageDecoder.read(image));
    }

    /** All classes, the most probable first; classes that are equally probable in the order of their indices. */
    public List<Prediction> classify(RgbImage image) {
        Preprocessing preprocessing = model.metadata().preprocessing();
        INDArray input = Nd4j.createFromArray(preprocessing.apply(image))
                .reshape('c', 1, CHANNELS, preprocessing.crop(), preprocessing.crop());
        float[] probabilities = model.network().outputSingle(input).toFloatVector();
        List<String> names = model.metadata().classNames();
        return IntStream.range(0, probabilities.length)
                .mapToObj(i -> new Prediction(i, names.get(i), probabilities[i]))
                .sorted(Comparator.comparingDouble(Prediction::probability).reversed())
                .toList();
    }
}
