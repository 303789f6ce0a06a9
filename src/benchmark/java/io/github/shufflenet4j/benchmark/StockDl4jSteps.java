package io.github.shufflenet4j.benchmark;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * The same network from the layers that DL4J has: a convolution, a batch norm and an activation for each of ours, and
 * DL4J's updater. Split and shuffle are this library's vertices, which DL4J lacks (its {@code SubsetVertex} gives wrong
 * gradients where two of them share an input).
 */
final class StockDl4jSteps {

    private static final CNN2DFormat FORMAT = CNN2DFormat.NCHW;

    private final GraphBuilder graph;
    private String last = "input";

    private StockDl4jSteps(GraphBuilder graph) {
        this.graph = graph;
    }

    static Contestant.Step of(Cell cell) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .updater(new Nesterovs(0.01, 0.9))
                .l2(4e-5)
                .weightInit(WeightInit.RELU)
                .convolutionMode(ConvolutionMode.Truncate)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(Cell.SIDE, Cell.SIDE, Cell.CHANNELS));
        new StockDl4jSteps(graph).build(cell.variant());
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        return Dl4jBatch.step(cell, network);
    }

    private void build(ShuffleNetV2Variant variant) {
        convolution("conv1", 3, 2, variant.conv1Channels());
        graph.addLayer("maxpool", new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(3, 3).stride(2, 2).padding(1, 1).build(), last);
        last = "maxpool";
        for (ShuffleNetV2Variant.Stage stage : variant.stages()) {
            int half = stage.channels() / 2;
            for (int unit = 0; unit < stage.units(); unit++) {
                String name = stage.name() + unit;
                String input = last;
                String identity;
                if (unit == 0) {
                    depthwise(name + "dw1", 2);
                    convolution(name + "pw1", 1, 1, half);
                    identity = last;
                    last = input;
                } else {
                    identity = name + "identity";
                    graph.addVertex(identity, new ChannelSplitVertex(0, half, FORMAT), input);
                    graph.addVertex(name + "main", new ChannelSplitVertex(half, stage.channels(), FORMAT), input);
                    last = name + "main";
                }
                convolution(name + "pw2", 1, 1, half);
                depthwise(name + "dw2", unit == 0 ? 2 : 1);
                convolution(name + "pw3", 1, 1, half);
                graph.addVertex(name, new ChannelShuffleVertex(2, FORMAT), identity, last);
                last = name;
            }
        }
        convolution("conv5", 1, 1, variant.conv5Channels());
        graph.addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last)
                .addLayer("fc", new OutputLayer.Builder(LossFunction.MCXENT).nOut(Cell.CLASSES)
                        .activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("fc");
    }

    private void convolution(String name, int kernel, int stride, int outputs) {
        int padding = (kernel - 1) / 2;
        graph.addLayer(name, new ConvolutionLayer.Builder(kernel, kernel).stride(stride, stride)
                .padding(padding, padding).nOut(outputs).hasBias(false).activation(Activation.IDENTITY).build(), last);
        graph.addLayer(name + "bn", new BatchNormalization.Builder().build(), name);
        graph.addLayer(name + "relu", new ActivationLayer(Activation.RELU), name + "bn");
        last = name + "relu";
    }

    private void depthwise(String name, int stride) {
        graph.addLayer(name, new DepthwiseConvolution2D.Builder(3, 3).stride(stride, stride).padding(1, 1)
                .depthMultiplier(1).hasBias(false).activation(Activation.IDENTITY).build(), last);
        graph.addLayer(name + "bn", new BatchNormalization.Builder().build(), name);
        last = name + "bn";
    }
}
