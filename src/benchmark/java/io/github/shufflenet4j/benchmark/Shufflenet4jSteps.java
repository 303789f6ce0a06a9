package io.github.shufflenet4j.benchmark;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.kernel.Workers;
import io.github.shufflenet4j.model.ShuffleNetV2;

/** This library. */
final class Shufflenet4jSteps {

    private static final double LEARNING_RATE = 0.01;
    private static final double MOMENTUM = 0.9;

    private Shufflenet4jSteps() {
    }

    static Contestant.Step of(Cell cell) {
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(cell.threads()));
        ComputationGraph network = ShuffleNetV2.builder()
                .variant(cell.variant())
                .numClasses(Cell.CLASSES)
                .inputShape(Cell.CHANNELS, Cell.SIDE, Cell.SIDE)
                .updater(new Nesterovs(LEARNING_RATE, MOMENTUM))
                .build().init();
        return Dl4jBatch.step(cell, network);
    }
}
