package io.github.shufflenet4j.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.check.Suggestion;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageFormatException;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.serving.InferenceListener.Phase;
import io.github.shufflenet4j.serving.ServedModel.Version;
import io.github.shufflenet4j.serving.ServingException.Reason;

/**
 * Named classifiers behind a bounded queue: the part of a server below HTTP, for use with any web framework.
 *
 * <pre>{@code
 * InferenceService service = InferenceService.builder().model("flowers", Path.of("flowers.zip")).build();
 * service.classify("flowers", List.of(new Upload("tulip.jpg", bytes)), 5, false)
 *         .thenAccept(answer -> System.out.println(answer.results().get(0).predictions()));
 * }</pre>
 *
 * <p>Thread-safe. All images of a request are answered by the same version of a model.
 */
public final class InferenceService implements AutoCloseable {

    /** Maximum number of images in a request that asks for explanations, whose pictures are large. */
    public static final int EXPLAINED_IMAGES = 10;

    /** Classes with a map. */
    private static final int MAPS = 3;

    private final Map<String, ServedModel> models;
    private final Limits limits;
    private final InferenceListener listener;
    private final InferenceQueue queue;

    /** The results of a request, and the version of the model that gave them. */
    public record Answer<T>(Version version, List<T> results) {
    }

    private InferenceService(Builder builder) {
        models = Collections.unmodifiableMap(new LinkedHashMap<>(builder.models));
        limits = builder.limits;
        listener = builder.listener;
        queue = new InferenceQueue(limits.queue(), builder.threads);
    }

    /** A service with the default limits, and a thread for each of {@link Workers#shared()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects models and settings. */
    public static final class Builder {

        private final Map<String, ServedModel> models = new LinkedHashMap<>();
        private Limits limits = Limits.defaults();
        private InferenceListener listener = InferenceListener.NONE;
        private int threads = Workers.shared().size();

        private Builder() {
        }

        /** Adds a model from a file. @throws IOException if the file is no model */
        public Builder model(String name, Path file) throws IOException {
            return model(ServedModel.load(name, file, ImageClassifier::load));
        }

        /** Adds a model. @throws IllegalArgumentException if there is one of that name */
        public Builder model(ServedModel model) {
            Validate.isTrue(models.putIfAbsent(model.name(), model) == null, "there are two models named '%s'",
                    model.name());
            return this;
        }

        /** Sets what is accepted. */
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /** Sets what receives the times of predictions. */
        public Builder listener(InferenceListener value) {
            listener = value;
            return this;
        }

        /** Sets the number of images that are computed at a time. */
        public Builder threads(int count) {
            threads = Checks.atLeast("threads", count, 1);
            return this;
        }

        /** Starts the threads. @throws IllegalArgumentException if there is no model */
        public InferenceService build() {
            Validate.isTrue(!models.isEmpty(), "a service needs a model");
            return new InferenceService(this);
        }
    }

    /** What is accepted. */
    public Limits limits() {
        return limits;
    }

    /** The models, in the order in which they were added. */
    public Collection<ServedModel> models() {
        return models.values();
    }

    /** The model of a name. @throws ServingException if there is none */
    public ServedModel model(String name) throws ServingException {
        ServedModel model = models.get(name);
        if (model == null) {
            throw new ServingException(Reason.NOT_FOUND, "there is no model '" + name + "'; did you mean '"
                    + Suggestion.nearest(name, models.keySet()) + "'?");
        }
        return model;
    }

    /** Number of images that wait. */
    public int queueLength() {
        return queue.length();
    }

    /**
     * Classifies encoded images.
     *
     * @param top     maximum number of classes of each image
     * @param explain whether to add maps of the evidence for the three most probable classes
     * @return ends with the results in the order of the images, or in a failure of which
     *     {@link ServingException#of(Throwable)} gives the reason
     * @throws ServingException if there is no such model, the images are too many, or the queue is full
     */
    public CompletableFuture<Answer<ImageResult>> classify(String model, List<Upload> images, int top, boolean explain)
            throws ServingException {
        requireCount(images.size(), explain ? Math.min(EXPLAINED_IMAGES, limits.images()) : limits.images());
        require(top >= 1, "top must be at least 1, got " + top);
        return submit(model, images.size(), (classifier, index) -> classify(model, classifier, images.get(index), top,
                explain));
    }

    /**
     * Classifies inputs that have been preprocessed already.
     *
     * @param inputs [count, channels, crop, crop], of which only {@code count} is known before
     * @return ends with the probabilities of each image's classes; otherwise as {@link #classify}
     * @throws ServingException as {@link #classify}, and if the number of floats is wrong
     */
    public CompletableFuture<Answer<float[]>> probabilities(String model, float[] inputs, int count)
            throws ServingException {
        requireCount(count, limits.images());
        int length = model(model).current().classifier().metadata().preprocessing().length();
        require(inputs.length == (long) count * length,
                count + " images have " + (long) count * length + " floats, got " + inputs.length);
        return submit(model, count, (classifier, index) -> {
            long start = System.nanoTime();
            // Another version may take inputs of another size.
            require(classifier.metadata().preprocessing().length() == length, "the model has been replaced meanwhile");
            float[] probabilities = new float[classifier.metadata().classNames().size()];
            classifier.probabilities(Arrays.copyOfRange(inputs, index * length, (index + 1) * length), 1,
                    probabilities);
            listener.ended(model, Phase.NETWORK, System.nanoTime() - start);
            return probabilities;
        });
    }

    /** Computes one image. */
    @FunctionalInterface
    private interface ImageTask<T> {
        T run(ImageClassifier classifier, int index) throws ServingException;
    }

    private <T> CompletableFuture<Answer<T>> submit(String model, int count, ImageTask<T> task)
            throws ServingException {
        Version version = model(model).current();
        long submitted = System.nanoTime();
        List<Callable<T>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            tasks.add(() -> {
                listener.ended(model, Phase.QUEUE, System.nanoTime() - submitted);
                return task.run(version.classifier(), index);
            });
        }
        return queue.<T>submit(tasks, limits.deadline()).thenApply(results -> new Answer<>(version, results));
    }

    private ImageResult classify(String model, ImageClassifier classifier, Upload upload, int top, boolean explain)
            throws ServingException {
        long start = System.nanoTime();
        RgbImage image;
        try {
            image = new EncodedImage(upload.content(), upload.name(),
                    classifier.metadata().preprocessing().ignoreExif()).decode(limits.pixels());
        } catch (ImageFormatException e) {
            throw ServingException.of(e);
        }
        long decoded = System.nanoTime();
        listener.ended(model, Phase.DECODE, decoded - start);
        List<Prediction> predictions;
        Optional<Evidence> evidence;
        if (explain) {
            Explanation explanation = explain(classifier, image, Math.min(top, MAPS));
            predictions = explanation.predictions();
            evidence = Optional.of(Evidence.of(explanation));
        } else {
            predictions = classifier.classify(image);
            evidence = Optional.empty();
        }
        listener.ended(model, Phase.NETWORK, System.nanoTime() - decoded);
        return new ImageResult(upload.name(), predictions.subList(0, Math.min(top, predictions.size())), evidence);
    }

    private static Explanation explain(ImageClassifier classifier, RgbImage image, int maps) throws ServingException {
        try {
            return classifier.explainBest(image, maps);
        } catch (IllegalArgumentException e) {
            throw new ServingException(Reason.BAD_REQUEST, "the model's predictions cannot be explained: "
                    + e.getMessage(), e);
        }
    }

    private static void requireCount(int count, int maximum) throws ServingException {
        require(count >= 1, "the request has no image");
        if (count > maximum) {
            throw new ServingException(Reason.TOO_LARGE, count + " images are too many (at most " + maximum + ")");
        }
    }

    private static void require(boolean condition, String message) throws ServingException {
        if (!condition) {
            throw new ServingException(Reason.BAD_REQUEST, message);
        }
    }

    /** Refuses new requests, and waits until those that it has are answered. */
    @Override
    public void close() {
        queue.close();
    }
}
