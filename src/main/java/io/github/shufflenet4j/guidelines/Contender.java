package io.github.shufflenet4j.guidelines;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.analysis.NetworkSummary;
import io.github.shufflenet4j.data.Preprocessing;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/** A network of table 8, for 1000 classes, with random weights: none is faster for better ones. */
record Contender(ShuffleNetV2Variant variant) {

    private static final int CLASSES = 1000;
    private static final int SIDE = 224;
    private static final Map<ShuffleNetV2Variant, Double> ERRORS = Map.of(ShuffleNetV2Variant.X0_5, 39.7,
            ShuffleNetV2Variant.X1_0, 30.6, ShuffleNetV2Variant.X1_5, 27.4, ShuffleNetV2Variant.X2_0, 25.1);

    static List<Contender> all() {
        return Arrays.stream(ShuffleNetV2Variant.values()).map(Contender::new).toList();
    }

    String name() {
        return "shufflenet_v2_" + variant.label();
    }

    String family() {
        return "shufflenet_v2";
    }

    OptionalDouble top1Error() {
        Double error = ERRORS.get(variant);
        return error == null ? OptionalDouble.empty() : OptionalDouble.of(error);
    }

    int side() {
        return SIDE;
    }

    ComputationGraph network() {
        return ShuffleNetV2.builder().variant(variant).build().init();
    }

    NetworkSummary summary(ComputationGraph network) {
        return NetworkSummary.of(network, InputType.convolutional(side(), side(), 3));
    }

    boolean hasPlan() {
        return true;
    }

    ImageClassifier classifier(ComputationGraph network) {
        List<String> classes = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        return ImageClassifier.of(ModelWeights.of(new TrainedModel(network, new ModelMetadata(variant,
                BlockLayout.TORCHVISION, 3, classes, Preprocessing.torchvision(side(), side()), Map.of()))));
    }
}
