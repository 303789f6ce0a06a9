package io.github.shufflenet4j.quantization;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.nd4j.shade.protobuf.ByteString;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.onnx.OnnxParts;

/**
 * A quantised network as an ONNX graph in the QDQ form: layers on floats between DequantizeLinear and QuantizeLinear,
 * which runtimes fuse to integer layers. What only moves or compares values, and so needs no change of scale, is on
 * bytes as it is: max pooling, concatenation, and one Gather for a split and the shuffle before it.
 */
final class QuantizedOnnx implements Wiring.Arithmetic<QuantizedOnnx.Channel> {

    static final String OUTPUT = "logits";
    private static final String BATCH = "batch";
    private static final int CHANNEL_AXIS = 1;

    private final QuantizedNetwork network;
    private final WeightType weightType;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> dequantized = new HashSet<>();
    private final Set<String> weightZeros = new HashSet<>();
    private final Map<List<Channel>, String> selections = new HashMap<>();

    /** A channel of a value of bytes with so many channels. */
    record Channel(String value, int index, int count, String scale) {
    }

    private QuantizedOnnx(QuantizedNetwork network, WeightType weightType) {
        this.network = network;
        this.weightType = weightType;
    }

    static GraphProto graph(QuantizedNetwork network, WeightType weightType) {
        QuantizedOnnx writer = new QuantizedOnnx(network, weightType);
        ModelMetadata metadata = network.metadata();
        GraphProto.Builder graph = writer.graph;
        graph.setName("shufflenet_v2_" + metadata.variant().label() + "_int8");
        graph.addInput(OnnxParts.value(ShuffleNetV2.INPUT, BATCH, metadata.inputChannels(), "height", "width"));
        // Sorted, so that the same network is the same file.
        new TreeMap<>(network.scales()).forEach((name, scale) -> graph
                .addInitializer(OnnxParts.tensor(name(name) + ".s", new float[] {scale.step()}))
                .addInitializer(integers(name(name) + ".z", TensorProto.DataType.UINT8_VALUE,
                        new byte[] {(byte) scale.zero()})));
        String image = network.scales().containsKey(ShuffleNetV2.INPUT)
                ? writer.quantize(ShuffleNetV2.INPUT, "image", ShuffleNetV2.INPUT) : ShuffleNetV2.INPUT;
        network.wiring().run(channels(image, metadata.inputChannels(), ShuffleNetV2.INPUT), writer);
        graph.addOutput(OnnxParts.value(OUTPUT, BATCH, metadata.classNames().size()));
        return graph.build();
    }

    private static List<Channel> channels(String value, int count, String scale) {
        return IntStream.range(0, count).mapToObj(i -> new Channel(value, i, count, scale)).toList();
    }

    /**
     * The name of a layer's output in bytes, and the beginning of the names of its parameters: short, as there are some
     * twenty of them for each layer, a tenth of a small file.
     */
    static String name(String layer) {
        return layer.replace("stage", "s").replace("branch", "b").replace("depthwise", "dw").replace("pointwise", "pw");
    }

    @Override
    public List<Channel> convolution(ConvolutionShape shape, List<Channel> inputs) {
        String name = name(shape.layer());
        QuantizedLayer layer = network.layers().get(shape.layer());
        FoldedConvolution single = network.single().convolutions().get(shape.layer());
        List<String> operands = new ArrayList<>();
        if (layer == null) {
            operands.addAll(List.of(ShuffleNetV2.INPUT, name + ".w", name + ".b"));
            graph.addInitializer(OnnxParts.tensor(name + ".w", single.weights(), shape.weightShape()));
            graph.addInitializer(OnnxParts.tensor(name + ".b", single.bias(), single.bias().length));
        } else {
            operands.add(dequantize(value(name, inputs), inputs.get(0).scale));
            operands.addAll(parameters(name, layer, shape.weightShape()));
        }
        node("Conv", shape.layer(), operands, name + ".c", OnnxParts.integers("kernel_shape", shape.kernel(), 2),
                OnnxParts.integers("strides", shape.stride(), 2), OnnxParts.integers("pads", shape.kernel() / 2, 4),
                OnnxParts.integer("group", shape.groups()));
        String activated = name + ".c";
        if (shape.relu()) { // which fuses away, as codes end at 0
            activated = name + ".r";
            node("Relu", "", List.of(name + ".c"), activated);
        }
        String scale = QuantizedNetwork.scaleName(shape);
        return channels(quantize(activated, name, scale), shape.outputs(), scale);
    }

    @Override
    public List<Channel> maxPool(List<Channel> inputs) {
        node("MaxPool", ShuffleNetV2.MAXPOOL, List.of(inputs.get(0).value), ShuffleNetV2.MAXPOOL,
                OnnxParts.integers("kernel_shape", 3, 2), OnnxParts.integers("strides", 2, 2),
                OnnxParts.integers("pads", 1, 4));
        return channels(ShuffleNetV2.MAXPOOL, inputs.size(), inputs.get(0).scale);
    }

    @Override
    public List<Channel> join(String unit, List<Channel> first, List<Channel> second) {
        String name = name(unit);
        List<String> parts = List.of(value(name + ".identity", first), value(name + ".main", second));
        node("Concat", unit, parts, name, OnnxParts.integer("axis", CHANNEL_AXIS));
        return channels(name, first.size() + second.size(), first.get(0).scale);
    }

    @Override
    public void head(List<Channel> inputs) {
        QuantizedLayer layer = network.layers().get(ShuffleNetV2.FC);
        node("GlobalAveragePool", ShuffleNetV2.POOL, List.of(dequantize(value(ShuffleNetV2.POOL, inputs),
                inputs.get(0).scale)), "average");
        List<String> operands = new ArrayList<>();
        if (layer == null) {
            FoldedConvolution single = network.single().classifier();
            node("Flatten", "", List.of("average"), "features", OnnxParts.integer("axis", 1));
            operands.addAll(List.of("features", "fc.w", "fc.b"));
            graph.addInitializer(OnnxParts.tensor("fc.w", single.weights(), single.bias().length, inputs.size()));
            graph.addInitializer(OnnxParts.tensor("fc.b", single.bias(), single.bias().length));
        } else {
            node("Flatten", "", List.of(quantize("average", "pooled", ShuffleNetV2.POOL)), "features",
                    OnnxParts.integer("axis", 1));
            operands.add(dequantize("features", ShuffleNetV2.POOL));
            operands.addAll(parameters(ShuffleNetV2.FC, layer, layer.outputs(), inputs.size()));
        }
        double temperature = network.metadata().temperature();
        node("Gemm", ShuffleNetV2.FC, operands, temperature == 1 ? OUTPUT : ShuffleNetV2.FC,
                OnnxParts.integer("transB", 1));
        if (temperature != 1) {
            graph.addInitializer(OnnxParts.tensor("temperature", new float[] {(float) temperature}));
            node("Div", "", List.of(ShuffleNetV2.FC, "temperature"), OUTPUT);
        }
    }

    /** The weights and biases as floats. */
    private List<String> parameters(String name, QuantizedLayer layer, int... shape) {
        byte[] weights = layer.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] += weightType.zero();
        }
        float[] biasSteps = layer.weightSteps().clone();
        for (int output = 0; output < biasSteps.length; output++) {
            biasSteps[output] *= layer.input().step();
        }
        ByteBuffer biases = ByteBuffer.allocate(layer.outputs() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        biases.asIntBuffer().put(layer.bias());
        graph.addInitializer(integers(name + ".w", weightType.onnxType(), weights, shape))
                .addInitializer(OnnxParts.tensor(name + ".ws", layer.weightSteps(), layer.outputs()))
                .addInitializer(integers(name + ".b", TensorProto.DataType.INT32_VALUE, biases.array(),
                        layer.outputs()))
                .addInitializer(OnnxParts.tensor(name + ".bs", biasSteps, layer.outputs()));
        AttributeProto byOutput = OnnxParts.integer("axis", 0);
        node("DequantizeLinear", "", List.of(name + ".w", name + ".ws", weightZeros(layer.outputs())), name + ".wf",
                byOutput);
        node("DequantizeLinear", "", List.of(name + ".b", name + ".bs"), name + ".bf", byOutput);
        return List.of(name + ".wf", name + ".bf");
    }

    /** The name of an initializer with a zero for each of so many outputs. */
    private String weightZeros(int outputs) {
        String name = "zero" + outputs;
        if (weightZeros.add(name)) {
            byte[] zeros = new byte[outputs];
            Arrays.fill(zeros, weightType.zero());
            graph.addInitializer(integers(name, weightType.onnxType(), zeros, outputs));
        }
        return name;
    }

    /** The name of a value of bytes with exactly these channels. */
    private String value(String name, List<Channel> channels) {
        Channel first = channels.get(0);
        boolean whole = channels.size() == first.count
                && IntStream.range(0, first.count).allMatch(i -> channels.get(i).index == i);
        if (whole) {
            return first.value;
        }
        String selected = selections.get(channels);
        if (selected != null) { // both branches of a stage's first unit take the same channels
            return selected;
        }
        selected = name + ".i";
        selections.put(channels, selected);
        graph.addInitializer(TensorProto.newBuilder().setName(name + ".x")
                .setDataType(TensorProto.DataType.INT64_VALUE).addDims(channels.size())
                .addAllInt64Data(channels.stream().map(channel -> (long) channel.index).toList()));
        node("Gather", "", List.of(first.value, name + ".x"), selected,
                OnnxParts.integer("axis", CHANNEL_AXIS));
        return selected;
    }

    private String quantize(String value, String result, String scale) {
        node("QuantizeLinear", "", List.of(value, name(scale) + ".s", name(scale) + ".z"), result);
        return result;
    }

    private String dequantize(String value, String scale) {
        String result = value + ".f";
        if (dequantized.add(result)) {
            node("DequantizeLinear", "", List.of(value, name(scale) + ".s", name(scale) + ".z"), result);
        }
        return result;
    }

    /** A tensor of integers, of bytes in little-endian order. */
    private static TensorProto integers(String name, int type, byte[] bytes, int... shape) {
        return TensorProto.newBuilder().setName(name).setDataType(type).setRawData(ByteString.copyFrom(bytes))
                .addAllDims(IntStream.of(shape).asLongStream().boxed().toList()).build();
    }

    private void node(String type, String name, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder().setOpType(type).setName(name).addAllInput(inputs).addOutput(output)
                .addAllAttribute(attributes.length == 0 ? Collections.emptyList() : List.of(attributes)));
    }
}
