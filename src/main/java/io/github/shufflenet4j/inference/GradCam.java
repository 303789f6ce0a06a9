package io.github.shufflenet4j.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.layer.ConvNormActivationLayer;

/**
 * Grad-CAM of a graph: the gradient of a logit with respect to the last activations that have cells, by DL4J's backward
 * passes through the vertices behind them.
 */
final class GradCam {

    /** Of [N, C, H, W]. */
    private static final int RANK = 4;

    private final ComputationGraph network;
    private final GraphVertex[] vertices;
    private final LayerVertex output;
    private final INDArray weights;
    private final LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();

    /**
     * Grad-CAM with the parameters of {@code network}, which are shared: the maps are those of the network as it is.
     *
     * @throws IllegalArgumentException if it does not end in one output layer with weights
     */
    GradCam(ComputationGraph network) {
        Validate.isTrue(network.getNumOutputArrays() == 1
                && network.getOutputLayer(0) instanceof BaseOutputLayer,
                "a class activation map needs a network with one output layer");
        this.network = new ComputationGraph(withGradients(network.getConfiguration()));
        this.network.init(network.params(), false);
        this.network.initGradientsView();
        this.vertices = this.network.getVertices();
        this.output = (LayerVertex) Arrays.stream(vertices).filter(GraphVertex::isOutputVertex).findFirst()
                .orElseThrow();
        this.weights = output.getLayer().paramTable().get(DefaultParamInitializer.WEIGHT_KEY);
    }

    /** Without dropout, whose backward pass wants the mask of a training step, and frozen layers, which have none. */
    private static ComputationGraphConfiguration withGradients(ComputationGraphConfiguration configuration) {
        ComputationGraphConfiguration changed = configuration.clone();
        changed.getVertices().values().forEach(vertex -> {
            if (vertex instanceof org.deeplearning4j.nn.conf.graph.LayerVertex layer) {
                NeuralNetConfiguration conf = layer.getLayerConf();
                if (conf.getLayer() instanceof FrozenLayer frozen) {
                    conf.setLayer(frozen.getLayer());
                }
                conf.getLayer().setIDropout(null);
            }
        });
        return changed;
    }

    /** Runs one image, [1, channels, height, width]. The result is valid until the next call. */
    Engine.LastActivations forward(INDArray image) {
        Map<String, INDArray> activations = network.feedForward(new INDArray[] {image}, false, false);
        GraphVertex last = null;
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            INDArray array = activations.get(vertex.getVertexName());
            boolean convolution = vertex.getLayer() instanceof ConvNormActivationLayer; // backward in training only
            if (!vertex.isInputVertex() && array != null && array.rank() == RANK
                    && (last == null || convolution || array.size(2) * array.size(3) > 1)) {
                last = vertex;
            }
        }
        Validate.isTrue(last != null, "the network has no convolution that a class activation map could be made of");
        return new Forward(last, activations.get(last.getVertexName()),
                activations.get(output.getVertexName()), tail(last));
    }

    /** The vertices that lead from {@code first} to the output, without it, in topological order. */
    private Set<GraphVertex> tail(GraphVertex first) {
        Set<GraphVertex> tail = new LinkedHashSet<>();
        for (int index : network.topologicalSortOrder()) {
            VertexIndices[] inputs = vertices[index].getInputVertices();
            if (inputs != null && Arrays.stream(inputs).map(input -> vertices[input.getVertexIndex()])
                    .anyMatch(input -> input == first || tail.contains(input))) {
                tail.add(vertices[index]);
            }
        }
        return tail;
    }

    private INDArray[] backward(GraphVertex vertex, INDArray gradient) {
        if (vertex.getLayer() instanceof BatchNormalization norm) {
            // DL4J differentiates with the statistics of a batch. In testing the layer is affine.
            INDArray ones = Nd4j.onesLike(gradient);
            INDArray slope = norm.activate(ones, false, workspaces).dup()
                    .subi(norm.activate(ones.mul(0), false, workspaces));
            return new INDArray[] {gradient.mul(slope)};
        }
        vertex.setEpsilon(gradient);
        return vertex.doBackward(false, workspaces).getSecond();
    }

    private final class Forward implements Engine.LastActivations {

        private final GraphVertex last;
        private final INDArray activations;
        private final INDArray probabilities;
        private final GraphVertex[] tail;

        Forward(GraphVertex last, INDArray activations, INDArray probabilities, Set<GraphVertex> tail) {
            this.last = last;
            this.activations = activations;
            this.probabilities = probabilities;
            this.tail = tail.toArray(GraphVertex[]::new);
        }

        @Override
        public float[] logits() {
            return GraphEngine.logarithms(probabilities);
        }

        @Override
        public ClassActivationMap map(Prediction prediction) {
            INDArray sums = gradient(prediction.index()).sum(2, 3).reshape(1, activations.size(1), 1, 1);
            INDArray map = activations.mul(sums.broadcast(activations.shape())).sum(1);
            return new ClassActivationMap(prediction, Method.GRAD_CAM, logit(prediction.index()),
                    (int) activations.size(2), (int) activations.size(3), map.dup('c').data().asFloat());
        }

        private double logit(int label) {
            INDArray bias = output.getLayer().paramTable().get(DefaultParamInitializer.BIAS_KEY);
            INDArray input = ((BaseOutputLayer<?>) output.getLayer()).input();
            return input.reshape(input.length()).mul(weights.getColumn(label)).sumNumber().doubleValue()
                    + (bias == null ? 0 : bias.getDouble(label));
        }

        /** Of a logit with respect to the last activations. */
        private INDArray gradient(int label) {
            Map<GraphVertex, INDArray> gradients = new HashMap<>();
            for (int i = tail.length - 1; i >= 0; i--) {
                GraphVertex vertex = tail[i];
                INDArray[] ofInputs = null;
                if (vertex == output) {
                    ofInputs = new INDArray[] {ofOutputLayer(label)};
                } else if (gradients.containsKey(vertex)) {
                    ofInputs = backward(vertex, gradients.get(vertex));
                }
                for (int input = 0; ofInputs != null && input < ofInputs.length; input++) {
                    // A copy: backward passes write into their arguments.
                    gradients.merge(vertices[vertex.getInputVertices()[input].getVertexIndex()],
                            ofInputs[input].dup(), INDArray::add);
                }
            }
            return gradients.get(last);
        }

        /** Of a logit with respect to the output layer's input: a column of its weights, [in, out]. */
        private INDArray ofOutputLayer(int label) {
            INDArray column = weights.getColumn(label).dup().reshape(1, weights.size(0));
            return output.getLayerPreProcessor() == null ? column
                    : output.getLayerPreProcessor().backprop(column, 1, workspaces);
        }
    }
}
