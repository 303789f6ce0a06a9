package io.github.shufflenet4j.model.architecture;

import java.util.Arrays;
import java.util.stream.Stream;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

import io.github.shufflenet4j.graph.ChannelScaleVertex;
import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.layer.GlobalAveragePooling;
import io.github.shufflenet4j.layer.MaxPooling;
import io.github.shufflenet4j.layer.NormActivation;

/**
 * A place in a network that is being built: the output of a vertex. Each method puts something behind it, under the
 * name that it is given, and returns the place after that.
 *
 * <pre>{@code
 * Node x = image.convolution("conv1", 32, 3, 2, Nonlinearity.RELU);
 * x = x.depthwise("block1.depthwise", 3, 1, Nonlinearity.RELU).pointwise("block1", 64, Nonlinearity.RELU);
 * }</pre>
 *
 * <p>A building block is named by its last vertex; the names of the others go on, after a dot, from that.
 */
public final class Node {

    private record Network(GraphBuilder graph, CNN2DFormat format, double normL2) {
    }

    private final Network network;
    private final String name;
    private final int channels;
    private final boolean vector;
    private final boolean inputGradient;

    private Node(Network network, String name, int channels, boolean vector, boolean inputGradient) {
        this.network = network;
        this.name = name;
        this.channels = channels;
        this.vector = vector;
        this.inputGradient = inputGradient;
    }

    /**
     * An input of a graph.
     *
     * @param graph         what to add layers to
     * @param name          the input's name
     * @param channels      its channels
     * @param format        layout of all activations
     * @param normL2        L2 penalty on the scales and shifts of batch norm
     * @param inputGradient whether a backward pass goes on to the input
     */
    public static Node image(GraphBuilder graph, String name, int channels, CNN2DFormat format, double normL2,
                             boolean inputGradient) {
        return new Node(new Network(graph, format, normL2), name, channels, false, inputGradient);
    }

    /** Name of the vertex. */
    public String name() {
        return name;
    }

    /** Its channels, or the length of its vectors. */
    public int channels() {
        return channels;
    }

    /** Whether it gives vectors, not planes. */
    public boolean isVector() {
        return vector;
    }

    private Node layer(String layer, org.deeplearning4j.nn.conf.layers.Layer conf, int outputs, boolean isVector) {
        network.graph().addLayer(layer, conf, name);
        return new Node(network, layer, outputs, isVector, true);
    }

    private Node vertex(String vertex, org.deeplearning4j.nn.conf.graph.GraphVertex conf, int outputs,
                        Node... others) {
        String[] inputs = Stream.concat(Stream.of(this), Stream.of(others)).map(Node::name).toArray(String[]::new);
        network.graph().addVertex(vertex, conf, inputs);
        return new Node(network, vertex, outputs, vector, true);
    }

    /** A convolution over all channels, with batch norm; padding keeps the centre of the window inside. */
    public Node convolution(String layer, int outputs, int kernel, int stride, Nonlinearity activation) {
        return grouped(layer, outputs, kernel, stride, 1, activation);
    }

    /** A convolution of {@code groups} groups of channels, each by itself, with batch norm. */
    public Node grouped(String layer, int outputs, int kernel, int stride, int groups, Nonlinearity activation) {
        return grouped(layer, outputs, kernel, stride, groups, activation, true);
    }

    private Node grouped(String layer, int outputs, int kernel, int stride, int groups, Nonlinearity activation,
                         boolean batchNorm) {
        return layer(layer, new ConvNormActivation.Builder(kernel).nOut(outputs).stride(stride).groups(groups)
                .l2Bias(network.normL2()).activation(activation.function()).dataFormat(network.format())
                .inputGradient(inputGradient).batchNorm(batchNorm).build(), outputs, false);
    }

    /** A convolution over all channels by itself, without batch norm and activation. */
    public Node plainConvolution(String layer, int outputs, int kernel, int stride) {
        return grouped(layer, outputs, kernel, stride, 1, Nonlinearity.IDENTITY, false);
    }

    /** A convolution of every channel by itself, without batch norm and activation. */
    public Node plainDepthwise(String layer, int kernel, int stride) {
        return grouped(layer, channels, kernel, stride, channels, Nonlinearity.IDENTITY, false);
    }

    /** Batch norm and an activation function, in front of a convolution. */
    public Node norm(String layer, Nonlinearity activation) {
        return layer(layer, new NormActivation.Builder().l2Bias(network.normL2()).activation(activation.function())
                .dataFormat(network.format()).build(), channels, false);
    }

    /** A 1x1 convolution over all channels, with batch norm. */
    public Node pointwise(String layer, int outputs, Nonlinearity activation) {
        return convolution(layer, outputs, 1, 1, activation);
    }

    /** A convolution of every channel by itself, with batch norm. */
    public Node depthwise(String layer, int kernel, int stride, Nonlinearity activation) {
        return grouped(layer, channels, kernel, stride, channels, activation);
    }

    /** The convolution that {@code shape} describes. */
    public Node convolution(ConvolutionShape shape) {
        return grouped(shape.layer(), shape.outputs(), shape.kernel(), shape.stride(), shape.groups(),
                shape.relu() ? Nonlinearity.RELU : Nonlinearity.IDENTITY);
    }

    /** Max pooling over 3x3 pixels at stride 2, padded by 1. */
    public Node maxPool(String layer) {
        return layer(layer, new MaxPooling(network.format()), channels, false);
    }

    /** Average pooling; padding keeps the centre of an odd window inside, and its zeros count. */
    public Node averagePool(String layer, int kernel, int stride) {
        int padding = kernel % 2 == 0 ? 0 : kernel / 2;
        return layer(layer, new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(kernel, kernel)
                .stride(stride, stride).padding(padding, padding)
                .convolutionMode(ConvolutionMode.Truncate).avgPoolIncludePadInDivisor(true)
                .dataFormat(network.format()).build(), channels, false);
    }

    /** Channels {@code from} (inclusive) to {@code to} (exclusive). */
    public Node split(String vertex, int from, int to) {
        return vertex(vertex, new ChannelSplitVertex(from, to, network.format()), to - from);
    }

    /** The channels of this and of {@code others}, shuffled in {@code groups} groups; one group keeps their order. */
    public Node shuffle(String vertex, int groups, Node... others) {
        int total = channels + Arrays.stream(others).mapToInt(Node::channels).sum();
        return vertex(vertex, new ChannelShuffleVertex(groups, network.format()), total, others);
    }

    /** The sum of this and of {@code other}, which has the same shape. */
    public Node add(String vertex, Node other) {
        return vertex(vertex, new ElementWiseVertex(ElementWiseVertex.Op.Add), channels, other);
    }

    /** An activation function by itself. */
    public Node activation(String layer, Nonlinearity activation) {
        return layer(layer, new ActivationLayer(activation.function()), channels, vector);
    }

    /** Squeeze and excitation, whose layers are {@code vertex.reduce} and so on. */
    public Node excite(String vertex, SqueezeExcitation form) {
        Node means = vector ? this : globalPool(vertex + ".pool");
        int hidden = channels / form.reduction();
        Node reduced = form.normalised()
                ? means.dense(vertex + ".reduce", hidden, Nonlinearity.IDENTITY, false)
                        .normalised(vertex + ".norm", Nonlinearity.RELU)
                : means.dense(vertex + ".reduce", hidden, Nonlinearity.RELU, true);
        Node factors = reduced.dense(vertex + ".expand", channels, form.gate(), !form.normalised());
        return vector ? vertex(vertex, new ElementWiseVertex(ElementWiseVertex.Op.Product), channels, factors)
                : vertex(vertex, new ChannelScaleVertex(network.format()), channels, factors);
    }

    /** The mean of each channel, as a vector. */
    public Node globalPool(String layer) {
        return layer(layer, new GlobalAveragePooling(), channels, true);
    }

    /** A fully connected layer, behind vectors. */
    public Node dense(String layer, int outputs, Nonlinearity activation, boolean bias) {
        return layer(layer, new DenseLayer.Builder().nOut(outputs).hasBias(bias)
                .activation(activation.function()).build(), outputs, true);
    }

    /** Batch norm and an activation function, behind vectors. */
    private Node normalised(String layer, Nonlinearity activation) {
        Node norm = layer(layer, new BatchNormalization.Builder().l2Bias(network.normL2())
                .activation(new ActivationIdentity()).build(), channels, vector);
        return norm.activation(layer + ".activation", activation);
    }
}
