package io.github.shufflenet4j.inference;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.plan.SpatialSize;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * Classifies images. The network is compiled into a plan on plain arrays in which batch norm is folded, activations are
 * part of the convolutions' stores, and splitting, concatenating and shuffling channels cost next to nothing; ND4J is
 * not loaded.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("model.zip"))) {
 *     List<Prediction> ranked = classifier.classify(Path.of("cat.jpg"));
 *     System.out.println(ranked.get(0).label() + " " + ranked.get(0).probability());
 *
 *     List<List<Prediction>> many = classifier.classify(List.of(Path.of("a.jpg"), Path.of("b.jpg")));
 * }
 * }</pre>
 *
 * <p>{@link #explain} tells where in the image the evidence for a class is.
 *
 * <p>A network that the plan does not know, such as one with other layers after {@code TransferLearning}, runs as a
 * DL4J graph; the log says why.
 *
 * <p>Thread-safe. A caller who is alone has all threads of {@link Workers#shared()}; callers who meet have one each.
 * The same image gives the same result, to the bit, on any number of threads.
 */
public final class ImageClassifier implements AutoCloseable {

    /** Classes that are explained unless others are asked for. */
    private static final int EXPLAINED = 3;

    private final ModelMetadata metadata;
    private final Engine engine;
    private final String description;
    private final ConcurrentLinkedQueue<float[]> idleInputs = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private ImageClassifier(ModelMetadata metadata, Engine engine, String description) {
        this.metadata = metadata;
        this.engine = engine;
        this.description = description;
    }

    /**
     * A classifier with the model in {@code file}: a model file, or weights in any form that {@link ModelLoader} knows.
     *
     * @throws IOException if the file cannot be read or is no model; the message says why in one line
     */
    public static ImageClassifier load(Path file) throws IOException {
        return load(file, true);
    }

    /**
     * A classifier for a handful of images. The Vector API takes some tenths of a second to be compiled, in which plain
     * Java is done.
     *
     * @throws IOException as {@link #load}
     */
    public static ImageClassifier loadForFewImages(Path file) throws IOException {
        return load(file, false);
    }

    private static ImageClassifier load(Path file, boolean vectors) throws IOException {
        Optional<ModelWeights> weights = ModelLoader.loadWeights(file);
        try {
            return weights.isPresent() ? of(weights.get(), vectors) : of(ModelLoader.load(file));
        } catch (IllegalArgumentException e) {
            throw unusable(file, e);
        }
    }

    /**
     * A classifier that runs as a DL4J graph on ND4J's backend, as on a GPU; on the CPU the plan is faster.
     *
     * @throws IOException as {@link #load}
     */
    public static ImageClassifier loadAsGraph(Path file) throws IOException {
        TrainedModel model = ModelLoader.load(file);
        try {
            requireImages(model.metadata());
        } catch (IllegalArgumentException e) {
            throw unusable(file, e);
        }
        return asGraph(model);
    }

    private static WeightFileException unusable(Path file, IllegalArgumentException reason) {
        return new WeightFileException(file, "cannot be predicted with: " + reason.getMessage(), reason);
    }

    /**
     * A classifier with these weights.
     *
     * @throws IllegalArgumentException if they are not finite
     */
    public static ImageClassifier of(ModelWeights weights) {
        return of(weights, true);
    }

    private static ImageClassifier of(ModelWeights weights, boolean vectors) {
        ChannelsLastKernels kernels = (vectors ? KernelProviders.get() : KernelProviders.scalar()).channelsLast();
        ModelMetadata metadata = weights.metadata();
        requireImages(metadata);
        return new ImageClassifier(metadata, new PlanEngine(FoldedNetwork.of(weights), input(metadata), kernels),
                "fused plan");
    }

    /**
     * A classifier with the network as it is now; training it further changes nothing here, unless it has to run as a
     * graph.
     *
     * @throws IllegalArgumentException if the network takes another number of channels than its preprocessing makes
     */
    public static ImageClassifier of(TrainedModel model) {
        requireImages(model.metadata());
        try {
            return of(ModelWeights.of(model));
        } catch (IllegalArgumentException e) {
            // Not a field: without a message, logging need not be set up.
            LoggerFactory.getLogger(ImageClassifier.class)
                    .info("Predicting with the DL4J graph, which is slower: {}", e.getMessage());
            return asGraph(model);
        }
    }

    private static ImageClassifier asGraph(TrainedModel model) {
        ModelMetadata metadata = model.metadata();
        return new ImageClassifier(metadata,
                new GraphEngine(model.network(), metadata.inputChannels(), input(metadata)), "graph");
    }

    static void requireImages(ModelMetadata metadata) {
        int channels = metadata.preprocessing().channels();
        Validate.isTrue(metadata.inputChannels() == channels,
                "the model takes %s channels, but its preprocessing makes %s", metadata.inputChannels(), channels);
    }

    static SpatialSize input(ModelMetadata metadata) {
        int side = metadata.preprocessing().crop();
        return new SpatialSize(side, side);
    }

    /** Classes, preprocessing and origin of the model. */
    public ModelMetadata metadata() {
        return metadata;
    }

    /** The same classifier of images as they are stored, not turned upright by their EXIF data. */
    public ImageClassifier ignoringExif() {
        return new ImageClassifier(metadata.withPreprocessing(metadata.preprocessing().ignoringExif(true)), engine,
                description);
    }

    /** The same classifier with other names for its classes. */
    public ImageClassifier withClassNames(List<String> names) {
        Validate.isTrue(names.size() == metadata.classNames().size(), "%s names for %s classes", names.size(),
                metadata.classNames().size());
        return new ImageClassifier(metadata.withClassNames(names), engine, description);
    }

    /** The same classifier without calibration: its logits are not divided by the model's temperature. */
    public ImageClassifier uncalibrated() {
        return new ImageClassifier(metadata.withTemperature(1), engine, description);
    }

    /**
     * All classes, the most probable first; classes that are equally probable in the order of their indices.
     *
     * @throws IOException if the image cannot be read
     */
    public List<Prediction> classify(Path image) throws IOException {
        return classify(read(image));
    }

    private RgbImage read(Path image) throws IOException {
        return ImageDecoder.read(image, metadata.preprocessing().ignoreExif());
    }

    /**
     * As {@link #classify(Path)}, for an encoded image (JPEG, PNG, WebP, BMP, TIFF or GIF), read to its end.
     *
     * @throws IOException if the image cannot be read
     */
    public List<Prediction> classify(InputStream image) throws IOException {
        return classify(new EncodedImage(image.readAllBytes(), "image", metadata.preprocessing().ignoreExif())
                .decode());
    }

    /** As {@link #classify(Path)}, for an image in memory; transparency is ignored. */
    public List<Prediction> classify(BufferedImage image) {
        return classify(ImageDecoder.fromImage(image));
    }

    /** As {@link #classify(Path)}, for decoded pixels. */
    public List<Prediction> classify(RgbImage image) {
        return classifyDecoded(List.of(image)).get(0);
    }

    /**
     * Classifies many images at once, which takes less time than one by one.
     *
     * @return for each image what {@link #classify(Path)} gives
     * @throws IOException if one of them cannot be read
     */
    public List<List<Prediction>> classify(List<Path> images) throws IOException {
        List<List<Prediction>> predictions = new ArrayList<>(images.size());
        for (int first = 0; first < images.size(); first += ImageInputs.CHUNK) {
            predictions.addAll(classifyDecoded(ImageInputs.read(
                    images.subList(first, Math.min(first + ImageInputs.CHUNK, images.size())),
                    metadata.preprocessing())));
        }
        return predictions;
    }

    private List<List<Prediction>> classifyDecoded(List<RgbImage> images) {
        Preprocessing preprocessing = metadata.preprocessing();
        int count = images.size();
        float[] inputs = count == 1 ? idleInputs.poll() : null;
        if (inputs == null) {
            inputs = new float[Math.multiplyExact(count, preprocessing.length())];
        }
        ImageInputs.prepare(images, preprocessing, inputs);
        int classes = metadata.classNames().size();
        float[] probabilities = new float[count * classes];
        probabilities(inputs, count, probabilities);
        if (count == 1) {
            idleInputs.add(inputs);
        }
        return IntStream.range(0, count)
                .mapToObj(i -> Prediction.ranked(classes, metadata.classNames(), probabilities, i * classes)).toList();
    }

    /**
     * The probabilities of inputs that have been preprocessed already, calibrated if the model is.
     *
     * @param inputs        [count, channels, crop, crop], as {@link Preprocessing} makes them
     * @param probabilities receives [count, classes]
     * @throws IllegalArgumentException if an array is too short
     * @throws IllegalStateException    if the classifier is closed
     */
    public void probabilities(float[] inputs, int count, float[] probabilities) {
        logits(inputs, count, probabilities);
        int classes = metadata.classNames().size();
        for (int image = 0; image < count; image++) {
            Softmax.apply(probabilities, image * classes, classes, metadata.temperature());
        }
    }

    /**
     * As {@link #probabilities}, but before softmax, and not divided by the model's temperature. A network that runs as
     * a graph gives the logarithms of the probabilities, which differ from that by a constant.
     */
    public void logits(float[] inputs, int count, float[] logits) {
        requireOpen();
        int classes = metadata.classNames().size();
        int length = metadata.preprocessing().length();
        Validate.isTrue(count >= 0 && inputs.length >= (long) count * length
                && logits.length >= (long) count * classes,
                "for %s images of %s floats and %s classes, there are %s floats and room for %s",
                count, length, classes, inputs.length, logits.length);
        if (count > 0) {
            engine.run(inputs, count, logits);
        }
    }

    /**
     * The classes of an image, and maps of the evidence for the three most probable ones. On the plan it takes hardly
     * longer than a prediction.
     *
     * @throws IOException if the image cannot be read
     * @throws IllegalArgumentException if the network has no such map: it must have convolutions and end in one output
     *     layer
     */
    public Explanation explain(Path image) throws IOException {
        return explain(read(image));
    }

    /** As {@link #explain(Path)}, for decoded pixels. */
    public Explanation explain(RgbImage image) {
        return explainBest(image, EXPLAINED);
    }

    /** As {@link #explain(Path)}, with maps of the most probable classes, {@code count} of them or all. */
    public Explanation explainBest(RgbImage image, int count) {
        Checks.atLeast("count", count, 0);
        return explain(image, ranked -> ranked.subList(0, Math.min(count, ranked.size())));
    }

    /**
     * As {@link #explain(Path)}, with maps of the classes of these indices, which
     * {@link ModelMetadata#classIndex} finds by their names.
     *
     * @throws IndexOutOfBoundsException if the network does not have that many classes
     */
    public Explanation explain(Path image, int... classes) throws IOException {
        return explain(read(image), classes);
    }

    /** As {@link #explain(Path, int...)}, for decoded pixels. */
    public Explanation explain(RgbImage image, int... classes) {
        for (int index : classes) {
            Objects.checkIndex(index, metadata.classNames().size());
        }
        return explain(image, ranked -> Arrays.stream(classes).mapToObj(index -> ranked.stream()
                .filter(prediction -> prediction.index() == index).findFirst().orElseThrow()).toList());
    }

    private Explanation explain(RgbImage image, UnaryOperator<List<Prediction>> explained) {
        requireOpen();
        Preprocessing preprocessing = metadata.preprocessing();
        return engine.explain(preprocessing.apply(image), activations -> {
            float[] probabilities = activations.logits();
            Softmax.apply(probabilities, 0, probabilities.length, metadata.temperature());
            List<Prediction> ranked = Prediction.ranked(probabilities.length, metadata.classNames(), probabilities, 0);
            return new Explanation(image, preprocessing.cropArea(image.width(), image.height()), ranked,
                    explained.apply(ranked).stream().map(activations::map).toList());
        });
    }

    private void requireOpen() {
        Validate.validState(!closed, "the classifier is closed");
    }

    /** Ends its use; calls from now on fail. The threads belong to {@link Workers#shared()} and stay. */
    @Override
    public void close() {
        closed = true;
        idleInputs.clear();
    }

    @Override
    public String toString() {
        return "ImageClassifier[" + metadata.variant().label() + ", " + metadata.classNames().size() + " classes, "
                + description + "]";
    }
}
