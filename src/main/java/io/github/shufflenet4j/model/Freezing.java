package io.github.shufflenet4j.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;

import io.github.shufflenet4j.layer.ConvNormActivationLayer;

/**
 * Freezes the first parts of a {@link ShuffleNetV2}: their parameters do not change, their batch norm uses its running
 * statistics, which do not change either, and no gradient is computed for them or below them. The classifier is always
 * trained.
 *
 * <p>Like PyTorch's {@code requires_grad}, this is a property of the training and not of the network: it is not saved
 * with a model, the updater keeps its state for all parameters, and it can change between any two steps. It wraps the
 * running layers, but not their configuration, in the {@link FrozenLayer} of DL4J's {@code TransferLearning}. Layers
 * that are frozen in the configuration stay frozen.
 */
public final class Freezing {

    private Freezing() {
    }

    /**
     * Freezes the parts of a network up to and including {@code last}, and trains all others.
     *
     * @param last empty to train everything
     */
    public static void apply(ComputationGraph network, Optional<NetworkPart> last) {
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView(); // frozen layers refuse theirs, and would lack it when unfrozen
        }
        network.getUpdater(); // has state for all layers only if created before any of them is frozen
        network.clearLayersStates(); // removes gradients of an earlier pass from frozen layers
        GraphVertex[] vertices = network.getVertices();
        boolean[] trained = new boolean[vertices.length];
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            boolean belowIsTrained = inputs(vertex).anyMatch(input -> trained[input]);
            if (vertex instanceof LayerVertex layer) {
                setFrozen(layer, isUpTo(last, vertex.getVertexName()) || isConfigured(network, layer));
                if (layer.getLayer() instanceof ConvNormActivationLayer convolution) {
                    convolution.setInputGradient(last.isEmpty() || belowIsTrained);
                }
            }
            trained[index] = belowIsTrained || vertex.numParams() > 0 && !isFrozen(vertex);
        }
    }

    private static IntStream inputs(GraphVertex vertex) {
        VertexIndices[] inputs = vertex.getInputVertices();
        return inputs == null ? IntStream.empty() : Arrays.stream(inputs).mapToInt(VertexIndices::getVertexIndex);
    }

    private static boolean isUpTo(Optional<NetworkPart> last, String vertex) {
        return last.isPresent()
                && NetworkPart.ofVertex(vertex).filter(part -> part.compareTo(last.get()) <= 0).isPresent();
    }

    private static void setFrozen(LayerVertex vertex, boolean frozen) {
        if (frozen) {
            vertex.setLayerAsFrozen();
        } else if (vertex.getLayer() instanceof FrozenLayer wrapper) {
            vertex.setLayer(wrapper.getInsideLayer());
        }
    }

    /** Whether the configuration itself has the layer frozen. */
    private static boolean isConfigured(ComputationGraph network, LayerVertex vertex) {
        return network.getConfiguration().getVertices().get(vertex.getVertexName())
                instanceof org.deeplearning4j.nn.conf.graph.LayerVertex configured
                && configured.getLayerConf().getLayer()
                instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
    }

    /** Whether a layer is frozen, by this class or by DL4J's {@code TransferLearning}. */
    public static boolean isFrozen(ComputationGraph network, String layer) {
        return isFrozen(network.getVertex(layer));
    }

    private static boolean isFrozen(GraphVertex vertex) {
        return vertex.getLayer() instanceof FrozenLayer;
    }
}
