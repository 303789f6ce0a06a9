package io.github.shufflenet4j.guidelines;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.Figure;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * A network of table 8, for 1000 classes, with random weights: none is faster for better ones.
 *
 * @param network as DL4J runs it
 * @param summary its costs
 */
record Contender(Architecture architecture, ComputationGraph network, NetworkSummary summary) {

    private static final int CHANNELS = 3;
    private static final int CLASSES = 1000;

    /** All networks of this library but those with more multiply-adds. */
    static List<Contender> all(long mostMultiplyAdds) {
        return Networks.all().stream().filter(network -> published(network) <= mostMultiplyAdds).map(Contender::of)
                .filter(contender -> contender.summary().macs() <= mostMultiplyAdds).toList();
    }

    /** What spares making a network that is too large anyway. */
    private static long published(Architecture architecture) {
        return architecture.published().multiplyAdds().map(Figure::value).orElse(0L);
    }

    private static Contender of(Architecture architecture) {
        ImageModel model = ZooNetwork.builder(architecture)
                .inputShape(CHANNELS, architecture.imageSize(), architecture.imageSize()).numClasses(CLASSES).build();
        ComputationGraph network = model.init();
        return new Contender(architecture, network, NetworkSummary.of(network, model.inputType()));
    }

    String name() {
        return architecture.networkName();
    }

    /** What the widths of a network have in common. */
    String family() {
        return architecture instanceof Enum<?> width
                ? width.getDeclaringClass().getSimpleName().replace("Variant", "") : name();
    }

    OptionalDouble top1Error() {
        return architecture.published().top1Error();
    }

    /** Shape of a batch of one image. */
    long[] imageShape() {
        return new long[] {1, CHANNELS, architecture.imageSize(), architecture.imageSize()};
    }

    /** Runs the network by the fused plan, if there is one for networks of its form. */
    Optional<ImageClassifier> plan() {
        if (!(architecture instanceof ShuffleNetV2Variant variant)) {
            return Optional.empty();
        }
        int side = architecture.imageSize();
        List<String> classes = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        return Optional.of(ImageClassifier.of(ModelWeights.of(new TrainedModel(network, new ModelMetadata(variant,
                BlockLayout.TORCHVISION, CHANNELS, classes, Preprocessing.torchvision(side, side), Map.of())))));
    }
}
