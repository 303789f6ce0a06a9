package io.github.shufflenet4j.serving;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;

/** A model with a name, whose classifier can be replaced while it is in use. Thread-safe. */
public final class ServedModel {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    private final String name;
    private final Optional<Path> file;
    private final Loader loader;
    private volatile Version current;
    /** The state of the file before it was last loaded, successfully or not; null without a file. */
    private volatile FileState tried;

    /** Loads a classifier. */
    @FunctionalInterface
    public interface Loader {
        /** @throws IOException if the file cannot be read or is no model */
        ImageClassifier load(Path file) throws IOException;
    }

    /**
     * What a request is answered with.
     *
     * @param number from 1
     * @param loaded when it was loaded
     */
    public record Version(int number, ImageClassifier classifier, Instant loaded) {
    }

    private ServedModel(String name, Optional<Path> file, FileState state, Loader loader, ImageClassifier classifier) {
        Validate.isTrue(name.matches(NAME),
                "a model's name has letters, digits, '.', '_' and '-', and begins with a letter or digit; got '%s'",
                name);
        this.name = name;
        this.file = file;
        this.loader = loader;
        this.tried = state;
        this.current = new Version(1, classifier, Instant.now());
    }

    /** A model that stays as it is. */
    public static ServedModel of(String name, ImageClassifier classifier) {
        return new ServedModel(name, Optional.empty(), null, path -> classifier, classifier);
    }

    /**
     * A model that is loaded from a file.
     *
     * @throws IOException if the file cannot be read or is no model that predicts
     */
    public static ServedModel load(String name, Path file, Loader loader) throws IOException {
        FileState state = FileState.of(file);
        return new ServedModel(name, Optional.of(file), state, loader, loadAndTry(file, loader));
    }

    /** Its name, a part of URLs. */
    public String name() {
        return name;
    }

    /** Its file; empty for a model that stays as it is. */
    public Optional<Path> file() {
        return file;
    }

    /** The state of its file when it was last loaded, or when that failed. */
    FileState tried() {
        return tried;
    }

    /** The version that new requests are answered with. */
    public Version current() {
        return current;
    }

    /**
     * Loads the file again and tries the model on an image; only then it takes the place of the present one, which
     * answers those requests that have begun.
     *
     * @throws IOException if that fails; the present one stays
     */
    public synchronized Version reload() throws IOException {
        Path path = file.orElseThrow(() -> new IllegalStateException(name + " has no file"));
        tried = FileState.of(path);
        ImageClassifier classifier = loadAndTry(path, loader);
        current = new Version(current.number() + 1, classifier, Instant.now());
        return current;
    }

    private static ImageClassifier loadAndTry(Path file, Loader loader) throws IOException {
        ImageClassifier classifier = loader.load(file);
        // Encoded, so that the first request finds the decoder loaded as well.
        byte[] image = new RenderedDataset(256, 1, 1, 0).jpeg(Split.VAL, 0, 0);
        List<Prediction> predictions;
        try {
            predictions = classifier.classify(new ByteArrayInputStream(image));
        } catch (RuntimeException e) {
            throw new IOException(file + ": cannot predict: " + e.getMessage(), e);
        }
        double sum = predictions.stream().mapToDouble(Prediction::probability).sum();
        // Of floats: 1000 of them add up to 1 within 1e-4. NaN is no number of the range.
        if (!(Math.abs(sum - 1) < 1e-3)) {
            throw new IOException(file + ": cannot predict: the probabilities of an image add up to " + sum);
        }
        return classifier;
    }

    @Override
    public String toString() {
        return name + " " + current.classifier();
    }
}
