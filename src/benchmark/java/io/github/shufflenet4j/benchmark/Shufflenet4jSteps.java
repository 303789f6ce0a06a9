package io.github.shufflenet4j.benchmark;

import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.weights.ModelWeights;

/** This library: the graph for training, the fused plan for prediction. */
final class Shufflenet4jSteps {

    private Shufflenet4jSteps() {
    }

    static Contestant.Step of(Cell cell) {
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(cell.threads()));
        if (cell.mode() == Cell.Mode.TRAIN) {
            return Dl4jBatch.step(cell, Networks.graph(cell));
        }
        ImageClassifier classifier = ImageClassifier.of(ModelWeights.of(Networks.model(cell)));
        float[] pixels = cell.pixels();
        float[] logits = new float[cell.batch() * Cell.CLASSES];
        return () -> classifier.logits(pixels, cell.batch(), logits);
    }
}
