package io.github.shufflenet4j.model;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.ArrayViews;

/** The activations of a network in test mode, for comparison with other frameworks and as features. */
public final class Activations {

    /** Images in one forward pass, all of whose activations are in memory. */
    private static final int BATCH = 16;

    private static final Pattern UNIT = Pattern.compile("(stage\\d+)\\.(\\d+)");

    private Activations() {
    }

    /**
     * The output of a layer or stage for a batch of images.
     *
     * @param input [N, C, H, W]
     * @param name  a name that {@link #vertexOf} knows; {@code fc} stands for the logits, before softmax
     * @return [N, ...]
     * @throws IllegalArgumentException if there is no such layer
     */
    public static INDArray of(ComputationGraph network, INDArray input, String name) {
        String vertex = vertexOf(network, name);
        List<INDArray> results = new ArrayList<>();
        for (long first = 0; first < input.size(0); first += BATCH) {
            long last = Math.min(first + BATCH, input.size(0));
            INDArray batch = ArrayViews.range(input, 0, first, last - first).dup('c');
            boolean logits = vertex.equals(ShuffleNetV2.FC);
            INDArray output = network.feedForward(batch, false).get(logits ? ShuffleNetV2.POOL : vertex);
            results.add(logits ? logits(network, output) : output);
        }
        return Nd4j.concat(0, results.toArray(INDArray[]::new));
    }

    private static INDArray logits(ComputationGraph network, INDArray pooled) {
        var params = network.getLayer(ShuffleNetV2.FC).paramTable();
        INDArray logits = pooled.mmul(params.get(DefaultParamInitializer.WEIGHT_KEY));
        INDArray bias = params.get(DefaultParamInitializer.BIAS_KEY);
        return bias == null ? logits : logits.addiRowVector(bias);
    }

    /**
     * The vertex for one of torchvision's names: a vertex's own name, or that of a stage such as {@code stage2}, which
     * means its last unit.
     *
     * @throws IllegalArgumentException if the network has neither
     */
    static String vertexOf(ComputationGraph network, String name) {
        List<String> vertices = network.getConfiguration().getTopologicalOrderStr();
        if (vertices.contains(name)) {
            return name;
        }
        OptionalInt last = vertices.stream().map(UNIT::matcher).filter(Matcher::matches)
                .filter(unit -> unit.group(1).equals(name)).mapToInt(unit -> Integer.parseInt(unit.group(2))).max();
        return name + "." + last.orElseThrow(() -> new IllegalArgumentException("the network has no layer '" + name
                + "': choose conv1, maxpool, stage2, stage3, stage4, conv5, pool, fc or a name from 'summary'"));
    }
}
