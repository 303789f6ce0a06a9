package io.github.shufflenet4j.inference;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * Classifies all images of a source, in its order. They are decoded in parallel ahead of the network, and memory holds
 * a few batches, however many images there are.
 */
public final class BatchClassification {

    private final ImageClassifier classifier;

    /** @param classifier stays open */
    public BatchClassification(ImageClassifier classifier) {
        this.classifier = Objects.requireNonNull(classifier, "classifier");
    }

    /** Receives the result of an image. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Receives a result.
         *
         * @param sample number of the image in its source
         * @param ranked the most probable classes, the most probable first
         */
        void accept(int sample, List<Prediction> ranked) throws IOException;
    }

    /**
     * Classifies images.
     *
     * @param top      maximum number of classes for each image
     * @param receiver receives the results, one after the other
     * @return the images that could not be read, which have no result
     * @throws IOException the receiver's
     */
    public List<DamagedImage> run(ImageSource images, int top, Receiver receiver) throws IOException {
        List<String> labels = classifier.metadata().classNames();
        try (BatchLoader loader = BatchLoader.builder(images, classifier.metadata().preprocessing())
                .threads(Workers.shared().size()).damagedLimit(1).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                float[] probabilities = new float[batch.size() * labels.size()];
                classifier.probabilities(batch.features(), batch.size(), probabilities);
                for (int i = 0; i < batch.size(); i++) {
                    receiver.accept(batch.samples()[i],
                            Prediction.ranked(top, labels, probabilities, i * labels.size()));
                }
                loader.recycle(batch);
            }
            return loader.damaged();
        }
    }
}
