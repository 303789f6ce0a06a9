package io.github.shufflenet4j.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * The computation of a ShuffleNet V2, step by step: the configuration of {@link ShuffleNetV2} without weights. Networks
 * are compared with it, and graphs of other frameworks written and recognised along it.
 *
 * @param title name of the network, for messages
 * @param steps in an order in which they can be computed
 */
public record NetworkPlan(String title, List<Step> steps) {

    /** Height and width that a configuration is made for; nothing here depends on it. */
    private static final int NOMINAL_SIZE = 224;

    /**
     * One vertex of the network.
     *
     * @param name      its name
     * @param inputs    names of the vertices, or of the input, that it takes
     * @param operation a DL4J layer's configuration, or a vertex that is not a layer
     */
    public record Step(String name, List<String> inputs, Object operation) {

        /** The computation, without properties that concern training or data formats only. */
        private String description() {
            return operationDescription() + " of " + String.join(" and ", inputs);
        }

        private String operationDescription() {
            if (operation instanceof ConvNormActivation layer) {
                return layer + " with eps=" + layer.getEps();
            }
            if (operation instanceof SubsamplingLayer layer) {
                return layer.getPoolingType() + " pooling, kernel " + layer.getKernelSize()[0] + "x"
                        + layer.getKernelSize()[1] + ", stride " + layer.getStride()[0] + ", padding "
                        + layer.getPadding()[0];
            }
            if (operation instanceof GlobalPoolingLayer layer) {
                return layer.getPoolingType() + " pooling over all pixels";
            }
            if (operation instanceof ChannelSplitVertex split) {
                return "channels " + split.getFrom() + " to " + split.getTo();
            }
            if (operation instanceof ChannelShuffleVertex shuffle) {
                return "shuffle in " + shuffle.getGroups() + " groups";
            }
            return operation instanceof FeedForwardLayer layer && name.equals(ShuffleNetV2.FC)
                    ? "classifier " + layer.getNIn() + " -> " + layer.getNOut() : operation.getClass().getSimpleName();
        }
    }

    public NetworkPlan {
        steps = List.copyOf(steps);
    }

    /** The plan of a network of this form. */
    public static NetworkPlan of(ShuffleNetV2Variant variant, BlockLayout layout, int inputChannels, int classes) {
        ComputationGraphConfiguration configuration = ShuffleNetV2.builder()
                .variant(variant)
                .blockLayout(layout)
                .inputShape(inputChannels, NOMINAL_SIZE, NOMINAL_SIZE)
                .numClasses(classes)
                .build().graphBuilder().build();
        return new NetworkPlan("ShuffleNetV2 " + variant.label() + " (" + layout.label() + " layout)",
                steps(configuration));
    }

    /** The plan of the network that {@code metadata} describes. */
    public static NetworkPlan of(ModelMetadata metadata) {
        return of(metadata.variant(), metadata.blockLayout(), metadata.inputChannels(), metadata.classNames().size());
    }

    /** In the order in which the vertices were added: {@link ShuffleNetV2} adds each after those that it takes. */
    private static List<Step> steps(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().entrySet().stream().map(vertex -> new Step(vertex.getKey(),
                configuration.getVertexInputs().get(vertex.getKey()), operation(vertex.getValue()))).toList();
    }

    /** Freezing changes the training of a layer, not its computation. */
    private static Object operation(Object vertex) {
        return vertex instanceof LayerVertex layer ? operation(layer.getLayerConf().getLayer())
                : vertex instanceof FrozenVertex frozen ? operation(frozen.getUnderlying())
                : vertex instanceof FrozenLayer frozen ? operation(frozen.getLayer())
                : vertex instanceof FrozenLayerWithBackprop frozen ? operation(frozen.getUnderlying())
                : vertex;
    }

    /** @throws IllegalArgumentException if {@code network} computes something else, naming the first difference */
    void requireSame(ComputationGraph network) {
        difference(network).ifPresent(difference -> {
            throw new IllegalArgumentException("the network is not the " + title + " that its metadata names: "
                    + difference);
        });
    }

    /** The first way in which {@code network} computes something else. */
    public Optional<String> difference(ComputationGraph network) {
        Map<String, String> expected = descriptions(steps);
        Map<String, String> actual = descriptions(steps(network.getConfiguration()));
        for (Map.Entry<String, String> step : expected.entrySet()) {
            String found = actual.remove(step.getKey());
            if (!step.getValue().equals(found)) {
                return Optional.of("'" + step.getKey() + "' is "
                        + (found == null ? "missing" : found + ", expected " + step.getValue()));
            }
        }
        return actual.keySet().stream().findFirst().map(name -> "it also has '" + name + "'");
    }

    private static Map<String, String> descriptions(List<Step> steps) {
        return steps.stream().collect(Collectors.toMap(Step::name, Step::description, (a, b) -> a, TreeMap::new));
    }
}
