package io.github.shufflenet4j.model.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;

/** Computes a {@link NetworkSummary}. */
final class NetworkCounter {

    /** Running statistics of batch norm, in this library's layer and in DL4J's. */
    private static final Set<String> STATISTICS = Set.of("mean", "var", "log10stdev");

    private final ComputationGraph network;
    private final Map<String, InputType> types = new HashMap<>();
    private final List<String> order;
    private final Map<String, Integer> fragments = new HashMap<>();

    NetworkCounter(ComputationGraph network, InputType... inputs) {
        this.network = network;
        List<String> names = network.getConfiguration().getNetworkInputs();
        for (int i = 0; i < names.size(); i++) {
            types.put(names.get(i), inputs[i]);
        }
        types.putAll(network.getConfiguration().getLayerActivationTypes(false, inputs));
        this.order = Arrays.stream(network.topologicalSortOrder()).mapToObj(index -> network.getVertices()[index])
                .filter(vertex -> !vertex.isInputVertex()).map(GraphVertex::getVertexName).toList();
        order.stream().filter(this::isFragment).forEach(name -> fragments.merge(block(name), 1, Integer::sum));
    }

    NetworkSummary summary() {
        List<NetworkSummary.Row> rows = new ArrayList<>();
        Cost total = Cost.NONE;
        for (String name : order) {
            Cost cost = cost(name);
            rows.add(new NetworkSummary.Row(name, configuration(name).getClass().getSimpleName(),
                    shape(types.get(name)), cost, fragments.getOrDefault(block(name), 0)));
            total = total.plus(cost);
        }
        return new NetworkSummary(rows, total, peakActivations(),
                fragments.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    /** The configuration of a vertex, or of its layer if it has one. */
    private Object configuration(String name) {
        if (!network.getVertex(name).hasLayer()) {
            return network.getConfiguration().getVertices().get(name);
        }
        Layer layer = network.getLayer(name).conf().getLayer();
        return layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
    }

    private Cost cost(String name) {
        if (isView(name)) {
            return Cost.NONE;
        }
        long read = inputs(name).stream().mapToLong(this::elements).sum();
        long written = elements(name);
        if (!(configuration(name) instanceof Layer layer)) {
            return new Cost(0, 0, 0, 0, read, written);
        }
        Map<String, INDArray> parameters = network.getLayer(name).paramTable();
        long statistics = 0;
        long weights = 0;
        long all = 0;
        for (Map.Entry<String, INDArray> parameter : parameters.entrySet()) {
            long length = parameter.getValue().length();
            all += length;
            statistics += STATISTICS.contains(parameter.getKey()) ? length : 0;
            weights += layer.initializer().isWeightParam(layer, parameter.getKey()) ? length : 0;
        }
        // Every weight of a convolution, grouped or not, is multiplied by one input for each pixel of its output.
        return new Cost(all - statistics, statistics, weights * pixels(types.get(name)), weights, read, written);
    }

    private static long pixels(InputType type) {
        return type instanceof InputType.InputTypeConvolutional planes ? planes.getHeight() * planes.getWidth() : 1;
    }

    private List<String> inputs(String name) {
        return network.getConfiguration().getVertexInputs().get(name);
    }

    private long elements(String name) {
        return types.get(name).arrayElementsPerExample();
    }

    private boolean isView(String name) {
        return configuration(name) instanceof ChannelSplitVertex;
    }

    private boolean isFragment(String name) {
        Object configuration = configuration(name);
        return configuration instanceof ConvNormActivation || configuration instanceof ConvolutionLayer
                || configuration instanceof SubsamplingLayer || configuration instanceof GlobalPoolingLayer;
    }

    private String block(String name) {
        return NetworkSummary.block(types.keySet(), name);
    }

    private long peakActivations() {
        Map<String, String> owners = new HashMap<>();
        Map<String, Integer> lastReader = new LinkedHashMap<>();
        for (int step = 0; step < order.size(); step++) {
            String name = order.get(step);
            for (String input : inputs(name)) {
                lastReader.put(owners.getOrDefault(input, input), step);
            }
            if (isView(name)) {
                String input = inputs(name).get(0);
                owners.put(name, owners.getOrDefault(input, input));
            }
        }
        network.getConfiguration().getNetworkOutputs()
                .forEach(output -> lastReader.put(owners.getOrDefault(output, output), order.size()));

        long alive = network.getConfiguration().getNetworkInputs().stream().mapToLong(this::elements).sum();
        long peak = alive;
        for (int step = 0; step < order.size(); step++) {
            int now = step;
            alive += isView(order.get(step)) ? 0 : elements(order.get(step));
            peak = Math.max(peak, alive);
            alive -= lastReader.entrySet().stream().filter(entry -> entry.getValue() == now)
                    .mapToLong(entry -> elements(entry.getKey())).sum();
        }
        return peak;
    }

    private static List<Long> shape(InputType type) {
        if (type instanceof InputType.InputTypeConvolutional planes) {
            return List.of(planes.getChannels(), planes.getHeight(), planes.getWidth());
        }
        return List.of(type.arrayElementsPerExample());
    }
}
