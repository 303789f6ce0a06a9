package io.github.shufflenet4j.model.reuse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;

/**
 * Where the channels of every vertex were computed. Splits, concatenations and shuffles move channels; every other
 * vertex, pooling included, computes its own.
 */
final class ChannelTrace {

    private final ComputationGraphConfiguration configuration;
    private final Map<String, InputType> types;
    /** By vertex, in an order in which they can be computed. */
    private final Map<String, List<Channel>> channels = new LinkedHashMap<>();

    /**
     * A channel of the network.
     *
     * @param vertex that computed it, or the network's input
     * @param index  among that vertex's channels
     */
    record Channel(String vertex, int index) {
    }

    /** @param inputs the types of the network's inputs */
    ChannelTrace(ComputationGraphConfiguration configuration, InputType... inputs) {
        this.configuration = configuration;
        this.types = configuration.getLayerActivationTypes(false, inputs);
        for (int i = 0; i < inputs.length; i++) {
            String name = configuration.getNetworkInputs().get(i);
            channels.put(name, computed(name, inputs[i]));
        }
        configuration.getVertices().keySet().forEach(this::visit);
    }

    private void visit(String name) {
        if (!channels.containsKey(name)) {
            configuration.getVertexInputs().get(name).forEach(this::visit);
            channels.put(name, trace(name));
        }
    }

    private List<Channel> trace(String name) {
        GraphVertex vertex = configuration.getVertices().get(name);
        GraphVertex moving = vertex instanceof FrozenVertex frozen ? frozen.getUnderlying() : vertex;
        if (moving instanceof ChannelSplitVertex split) {
            return inputs(name).subList(split.getFrom(), split.getTo());
        }
        if (moving instanceof ChannelShuffleVertex shuffle) {
            return shuffled(inputs(name), shuffle.getGroups());
        }
        return moving instanceof MergeVertex ? inputs(name) : computed(name, types.get(name));
    }

    private List<Channel> inputs(String name) {
        List<Channel> joined = new ArrayList<>();
        configuration.getVertexInputs().get(name).forEach(input -> joined.addAll(channels.get(input)));
        return joined;
    }

    private static List<Channel> shuffled(List<Channel> joined, int groups) {
        int size = joined.size() / groups;
        List<Channel> shuffled = new ArrayList<>(joined);
        for (int i = 0; i < joined.size(); i++) {
            shuffled.set(i % size * groups + i / size, joined.get(i));
        }
        return shuffled;
    }

    /** None for vectors. */
    private static List<Channel> computed(String name, InputType type) {
        List<Channel> own = new ArrayList<>();
        if (type instanceof InputType.InputTypeConvolutional planes) {
            for (int index = 0; index < planes.getChannels(); index++) {
                own.add(new Channel(name, index));
            }
        }
        return own;
    }

    /** Names of the vertices with planes, in an order in which they can be computed. */
    List<String> vertices() {
        return channels.keySet().stream()
                .filter(name -> configuration.getVertices().containsKey(name) && !of(name).isEmpty()).toList();
    }

    /** The channels of a vertex's output, in order; none if it gives vectors. */
    List<Channel> of(String vertex) {
        return channels.get(vertex);
    }
}
