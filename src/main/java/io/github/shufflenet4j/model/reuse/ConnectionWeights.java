package io.github.shufflenet4j.model.reuse;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.layer.ConvNormActivationParams;
import io.github.shufflenet4j.layer.NormActivation;
import io.github.shufflenet4j.model.reuse.ChannelTrace.Channel;

/** The weights between the blocks of a network. */
final class ConnectionWeights {

    private final ComputationGraph network;
    private final ChannelTrace trace;

    ConnectionWeights(ComputationGraph network, ChannelTrace trace) {
        this.network = network;
        this.trace = trace;
    }

    /**
     * For each source, the mean absolute weight of the target's convolutions on channels that it has computed, NaN if
     * there are none.
     *
     * @param target  vertices of a block
     * @param sources vertices of each block
     */
    double[] means(Set<String> target, List<Set<String>> sources) {
        double[] sums = new double[sources.size()];
        long[] counts = new long[sources.size()];
        for (String vertex : target) {
            if (layer(vertex) instanceof ConvNormActivation convolution && convolution.getGroups() == 1) {
                add(vertex, target, sources, sums, counts);
            }
        }
        double[] means = new double[sums.length];
        for (int source = 0; source < means.length; source++) {
            means[source] = counts[source] == 0 ? Double.NaN : sums[source] / counts[source];
        }
        return means;
    }

    private void add(String convolution, Set<String> target, List<Set<String>> sources, double[] sums,
                     long[] counts) {
        List<Channel> inputs = trace.of(beforeChannelwiseLayers(convolution, target));
        INDArray weight = network.getLayer(convolution).paramTable().get(ConvNormActivationParams.WEIGHT);
        float[] values = weight.dup('c').data().asFloat();
        int window = Math.toIntExact(weight.size(2) * weight.size(3));
        for (int input = 0; input < inputs.size(); input++) {
            String origin = inputs.get(input).vertex();
            for (int source = 0; source < sources.size(); source++) {
                if (!target.contains(origin) && sources.get(source).contains(origin)) {
                    for (int output = 0; output < weight.size(0); output++) {
                        int first = (output * inputs.size() + input) * window;
                        for (int tap = 0; tap < window; tap++) {
                            sums[source] += Math.abs(values[first + tap]);
                        }
                    }
                    counts[source] += weight.size(0) * window;
                }
            }
        }
    }

    /** The vertex whose channels a convolution sees, past its block's batch norm and activation in front. */
    private String beforeChannelwiseLayers(String convolution, Set<String> block) {
        Map<String, List<String>> inputs = network.getConfiguration().getVertexInputs();
        String input = inputs.get(convolution).get(0);
        while (block.contains(input)
                && (layer(input) instanceof NormActivation || layer(input) instanceof ActivationLayer)) {
            input = inputs.get(input).get(0);
        }
        return input;
    }

    /** The configuration of a vertex's layer, or null. */
    private Layer layer(String vertex) {
        if (!network.getConfiguration().getVertices().containsKey(vertex) || !network.getVertex(vertex).hasLayer()) {
            return null;
        }
        Layer layer = network.getLayer(vertex).conf().getLayer();
        return layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
    }
}
