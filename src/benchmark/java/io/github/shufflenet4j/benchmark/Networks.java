package io.github.shufflenet4j.benchmark;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Nesterovs;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.TrainedModel;

/** The network of a cell. Its weights are random: no contestant is faster for better ones. */
final class Networks {

    private static final double LEARNING_RATE = 0.01;
    private static final double MOMENTUM = 0.9;

    private Networks() {
    }

    static ComputationGraph graph(Cell cell) {
        return ShuffleNetV2.builder()
                .variant(cell.variant())
                .numClasses(Cell.CLASSES)
                .inputShape(Cell.CHANNELS, Cell.SIDE, Cell.SIDE)
                .updater(new Nesterovs(LEARNING_RATE, MOMENTUM))
                .build().init();
    }

    static TrainedModel model(Cell cell) {
        List<String> classes = IntStream.range(0, Cell.CLASSES).mapToObj(Integer::toString).toList();
        return new TrainedModel(graph(cell), new ModelMetadata(cell.variant(), BlockLayout.TORCHVISION, Cell.CHANNELS,
                classes, Preprocessing.torchvision(256, Cell.SIDE), Map.of()));
    }
}
