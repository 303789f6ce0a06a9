package io.github.shufflenet4j.model.cost;

import java.util.List;
import java.util.Set;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;

/**
 * Layers, shapes and costs of a network, for one image.
 *
 * <p>Multiply-adds are counted as in the paper (where they are called FLOPs) and by torchvision: those of convolutions
 * and of the classifier, without batch norm, pooling and bias. Parameters are the trained ones, as torchvision counts
 * them; DL4J's {@code numParams()} counts the running statistics of batch norm as well.
 *
 * <p>Memory access is counted as {@link Cost} says: every vertex reads its inputs and its weights and writes its
 * output, each once. So do pooling, sums, concatenations and element-wise operations; an activation that is part of a
 * {@code ConvNormActivation} costs nothing beyond it. A channel split is a view, so that split, concatenation and
 * shuffle together are one element-wise operation, as in the paper.
 *
 * <p>The degree of fragmentation is the number of individual convolutions and poolings in a building block (guideline
 * 3). A block is a vertex and those whose names extend its name after a dot, as {@code stage2.0.branch1.depthwise}
 * extends {@code stage2.0}.
 *
 * @param rows            one for each vertex, in the order of computation
 * @param total           the sum over all rows
 * @param peakActivations the most elements of activations that are in memory at once in a forward pass: those that a
 *                        vertex reads and writes, and those that later ones still need
 * @param fragmentation   the highest degree of fragmentation of a block
 */
public record NetworkSummary(List<Row> rows, @JsonUnwrapped Cost total, long peakActivations, int fragmentation) {

    /** Copies the rows. */
    public NetworkSummary {
        rows = List.copyOf(rows);
    }

    /**
     * One vertex.
     *
     * @param name          its name
     * @param type          simple name of its configuration's class
     * @param output        output shape for one image, such as {@code [116, 28, 28]}
     * @param cost          its cost
     * @param fragmentation degree of fragmentation of the block that it belongs to
     */
    public record Row(String name, String type, List<Long> output, @JsonUnwrapped Cost cost, int fragmentation) {
    }

    /**
     * Counts {@code network}.
     *
     * @param inputs the types of its inputs; DL4J's configurations do not keep them
     */
    public static NetworkSummary of(ComputationGraph network, InputType... inputs) {
        return new NetworkCounter(network, inputs).summary();
    }

    /** Counts a network of this form for 1000 classes and images of the size of its published figures. */
    public static NetworkSummary of(Architecture architecture) {
        int side = architecture.imageSize();
        ImageModel model = ZooNetwork.builder(architecture).inputShape(3, side, side).build();
        return of(model.init(), model.inputType());
    }

    /**
     * The building block that a vertex belongs to.
     *
     * @param vertices names of all vertices
     * @return the shortest of them that is {@code vertex}, or whose name it extends after a dot
     */
    public static String block(Set<String> vertices, String vertex) {
        for (int dot = vertex.indexOf('.'); dot >= 0; dot = vertex.indexOf('.', dot + 1)) {
            String start = vertex.substring(0, dot);
            if (vertices.contains(start)) {
                return start;
            }
        }
        return vertex;
    }

    /** Trained parameters. */
    public long parameters() {
        return total.parameters();
    }

    /** Running means and variances of batch norm. */
    public long runningStatistics() {
        return total.runningStatistics();
    }

    /** Multiply-adds. */
    public long macs() {
        return total.macs();
    }
}
