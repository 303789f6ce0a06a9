package io.github.shufflenet4j.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

import io.github.shufflenet4j.layer.ConvNormActivation;

/**
 * Layers, shapes, parameters and multiply-adds of a network, for one image.
 *
 * <p>Multiply-adds are counted as in the paper (where they are called FLOPs) and by torchvision: those of convolutions
 * and of the classifier, without batch norm, pooling and bias. Parameters are the trained ones, as torchvision counts
 * them; DL4J's {@code numParams()} counts the running statistics of batch norm as well.
 *
 * @param rows              one for each vertex, in the order of computation
 * @param parameters        trained parameters
 * @param runningStatistics running means and variances of batch norm
 * @param macs              multiply-adds
 */
public record NetworkSummary(List<Row> rows, long parameters, long runningStatistics, long macs) {

    /**
     * One vertex.
     *
     * @param name       its name
     * @param type       simple name of its configuration's class
     * @param output     output shape for one image, such as {@code [116, 28, 28]}
     * @param parameters trained parameters
     * @param macs       multiply-adds
     */
    public record Row(String name, String type, List<Long> output, long parameters, long macs) {
    }

    /**
     * Counts {@code network}.
     *
     * @param inputs the types of its inputs; DL4J's configurations do not keep them
     */
    public static NetworkSummary of(ComputationGraph network, InputType... inputs) {
        Map<String, InputType> types = network.getConfiguration().getLayerActivationTypes(false, inputs);
        List<Row> rows = new ArrayList<>();
        long parameters = 0;
        long statistics = 0;
        long macs = 0;
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = network.getVertices()[index];
            if (vertex.isInputVertex()) {
                continue;
            }
            InputType output = types.get(vertex.getVertexName());
            long trained = 0;
            long work = 0;
            String type = network.getConfiguration().getVertices().get(vertex.getVertexName())
                    .getClass().getSimpleName();
            if (vertex.hasLayer()) {
                Layer layer = vertex.getLayer();
                org.deeplearning4j.nn.conf.layers.Layer conf = plain(layer.conf().getLayer());
                type = conf.getClass().getSimpleName();
                boolean normalises = conf instanceof ConvNormActivation || conf instanceof BatchNormalization;
                long running = normalises ? 2 * ((FeedForwardLayer) conf).getNOut() : 0;
                trained = layer.numParams() - running;
                statistics += running;
                work = macs(conf, output);
            }
            rows.add(new Row(vertex.getVertexName(), type, shape(output), trained, work));
            parameters += trained;
            macs += work;
        }
        return new NetworkSummary(List.copyOf(rows), parameters, statistics, macs);
    }

    private static org.deeplearning4j.nn.conf.layers.Layer plain(org.deeplearning4j.nn.conf.layers.Layer conf) {
        return conf instanceof org.deeplearning4j.nn.conf.layers.misc.FrozenLayer frozen ? frozen.getLayer() : conf;
    }

    private static long macs(org.deeplearning4j.nn.conf.layers.Layer conf, InputType output) {
        if (conf instanceof ConvNormActivation convolution) {
            InputType.InputTypeConvolutional planes = (InputType.InputTypeConvolutional) output;
            return planes.getHeight() * planes.getWidth() * convolution.getNOut()
                    * (convolution.getNIn() / convolution.getGroups())
                    * convolution.getKernelSize() * convolution.getKernelSize();
        }
        boolean dense = conf instanceof OutputLayer || conf instanceof DenseLayer;
        return dense ? ((FeedForwardLayer) conf).getNIn() * ((FeedForwardLayer) conf).getNOut() : 0;
    }

    private static List<Long> shape(InputType type) {
        if (type instanceof InputType.InputTypeConvolutional planes) {
            return List.of(planes.getChannels(), planes.getHeight(), planes.getWidth());
        }
        return List.of(type.arrayElementsPerExample());
    }
}
