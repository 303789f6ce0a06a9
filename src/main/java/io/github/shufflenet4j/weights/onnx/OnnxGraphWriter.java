package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.impl.ActivationReLU;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NetworkPlan;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * Writes a network as an ONNX graph, node by node along its {@link NetworkPlan}. Nodes and values have the names of the
 * network's vertices, initializers the keys of the source's state dict. Batch size, height and width are left open.
 *
 * <p>In half precision batch norm becomes a scale of the weights and a bias, as its four vectors would take a tenth of
 * the file. A Cast widens the weights and a Mul scales them: a runtime does so once, when it loads the graph. The
 * product is not stored, since it would be rounded where the weights themselves may be halves already. Scales and
 * biases stay single, as a Cast takes more bytes than their halves would save.
 */
final class OnnxGraphWriter {

    static final String OUTPUT = "logits";

    private static final String TEMPERATURE = "temperature";
    private static final String BATCH = "batch";
    private static final int CHANNEL_AXIS = 1;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final KeyScheme scheme;
    private final Precision precision;
    private final Map<String, Tensor> tensors;
    private final Map<String, KeyScheme.Convolution> convolutions;
    private final double temperature;
    private final Map<String, Channels> outputs = new HashMap<>();

    /** The output of a vertex: some channels of a value. A split or a shuffle only selects; nothing is copied yet. */
    private record Channels(String value, int[] indices, int available) {

        static Channels all(String value, int count) {
            return new Channels(value, IntStream.range(0, count).toArray(), count);
        }

        Channels select(IntStream places) {
            return new Channels(value, places.map(place -> indices[place]).toArray(), available);
        }

        int count() {
            return indices.length;
        }

        boolean isWhole() {
            return count() == available
                    && IntStream.range(0, available).allMatch(channel -> indices[channel] == channel);
        }
    }

    /** A graph, and the keys of the weights that stay in single precision although half was asked for. */
    record Written(GraphProto graph, List<String> keptSingle) {
    }

    private OnnxGraphWriter(ModelWeights weights, Precision precision) {
        ModelMetadata metadata = weights.metadata();
        this.scheme = KeyScheme.of(metadata.blockLayout());
        this.precision = precision;
        this.convolutions = scheme.convolutionsByLayer(metadata.variant());
        this.tensors = precision == Precision.FP16 ? scaled(weights) : weights.tensors();
        this.temperature = metadata.temperature();
    }

    private Map<String, Tensor> scaled(ModelWeights weights) {
        FoldedNetwork network = FoldedNetwork.of(weights);
        Map<String, Tensor> scaled = new LinkedHashMap<>();
        convolutions.forEach((layer, keys) -> {
            ModelWeights.ConvNormWeights convolution = weights.convolution(layer);
            scaled.put(keys.weight(), convolution.weight());
            double[] scale = convolution.scale();
            float[] gamma = new float[scale.length];
            for (int i = 0; i < gamma.length; i++) {
                gamma[i] = (float) scale[i];
            }
            scaled.put(keys.gamma(), new Tensor(new int[] {gamma.length, 1, 1, 1}, gamma));
            scaled.put(keys.beta(), vector(network.convolutions().get(layer).bias()));
        });
        scaled.put(scheme.classifierWeightKey(), weights.classifierWeight());
        weights.classifierBias().ifPresent(bias -> scaled.put(scheme.classifierBiasKey(), bias));
        return scaled;
    }

    private static Tensor vector(float[] values) {
        return new Tensor(new int[] {values.length}, values);
    }

    /**
     * Writes a model.
     *
     * @throws IllegalArgumentException if the network is not the one that its metadata names, or is to have
     *     half precision and has weights that are not finite
     */
    static Written write(TrainedModel model, Precision precision) {
        ModelMetadata metadata = model.metadata();
        OnnxGraphWriter writer = new OnnxGraphWriter(ModelWeights.of(model), precision);
        writer.graph.setName("shufflenet_v2_" + metadata.variant().label());
        writer.graph.addInput(OnnxParts.value(ShuffleNetV2.INPUT, BATCH, metadata.inputChannels(), "height", "width"));
        writer.outputs.put(ShuffleNetV2.INPUT, Channels.all(ShuffleNetV2.INPUT, metadata.inputChannels()));
        NetworkPlan.of(metadata).steps().forEach(writer::add);
        writer.graph.addOutput(OnnxParts.value(OUTPUT, BATCH, metadata.classNames().size()));
        writer.tensors.forEach((key, tensor) -> writer.graph.addInitializer(writer.isHalf(key)
                ? OnnxParts.halfTensor(key, tensor) : OnnxParts.tensor(key, tensor.data(), tensor.shape())));
        return new Written(writer.graph.build(), precision.keptSingle(writer.tensors).stream()
                .filter(key -> !isVector(writer.tensors.get(key))).toList());
    }

    /** Whether a tensor has one number for each channel. */
    private static boolean isVector(Tensor tensor) {
        return tensor.data().length == tensor.shape()[0];
    }

    private boolean isHalf(String key) {
        Tensor tensor = tensors.get(key);
        return !isVector(tensor) && precision.type(key, tensor) == DType.F16;
    }

    /** The name of a value with the parameter in single precision. */
    private String parameter(String key) {
        if (!isHalf(key)) {
            return key;
        }
        node("Cast", key + ".single", List.of(key), OnnxParts.integer("to", TensorProto.DataType.FLOAT_VALUE));
        return key + ".single";
    }

    private void add(NetworkPlan.Step step) {
        String name = step.name();
        String input = step.inputs().get(0);
        int channels = outputs.get(input).count();
        if (step.operation() instanceof ConvNormActivation layer) {
            convNormActivation(name, layer, input);
        } else if (step.operation() instanceof SubsamplingLayer pooling) {
            node("MaxPool", name, List.of(value(input)),
                    OnnxParts.integers("kernel_shape", pooling.getKernelSize()[0], 2),
                    OnnxParts.integers("strides", pooling.getStride()[0], 2),
                    OnnxParts.integers("pads", pooling.getPadding()[0], 4));
            outputs.put(name, Channels.all(name, channels));
        } else if (step.operation() instanceof ChannelSplitVertex split) {
            outputs.put(name, outputs.get(input).select(IntStream.range(split.getFrom(), split.getTo())));
        } else if (step.operation() instanceof ChannelShuffleVertex shuffle) {
            outputs.put(name, shuffled(concatenated(name, step.inputs(), shuffle.getGroups()), shuffle.getGroups()));
        } else if (name.equals(ShuffleNetV2.POOL)) {
            node("GlobalAveragePool", name + ".average", List.of(value(input)));
            node("Flatten", name, List.of(name + ".average"), OnnxParts.integer("axis", 1));
            outputs.put(name, Channels.all(name, channels));
        } else if (name.equals(ShuffleNetV2.FC)) {
            classifier(name, value(input));
        } else {
            throw new IllegalStateException("no ONNX for " + step);
        }
    }

    private void convNormActivation(String name, ConvNormActivation layer, String input) {
        KeyScheme.Convolution keys = convolutions.get(name);
        boolean activated = layer.getActivationFn() instanceof ActivationReLU;
        boolean scaled = precision == Precision.FP16;
        String normalised = activated ? name + ".norm" : name;
        String convolution = scaled ? normalised : name + ".conv";
        List<String> inputs = new ArrayList<>(List.of(value(input), parameter(keys.weight())));
        if (scaled) {
            node("Mul", keys.weight() + ".scaled", List.of(inputs.get(1), keys.gamma()));
            inputs.set(1, keys.weight() + ".scaled");
            inputs.add(keys.beta());
        }
        node("Conv", convolution, inputs,
                OnnxParts.integers("kernel_shape", layer.getKernelSize(), 2),
                OnnxParts.integers("strides", layer.getStride(), 2),
                OnnxParts.integers("pads", layer.getPadding(), 4), OnnxParts.integer("group", layer.getGroups()));
        if (!scaled) {
            node("BatchNormalization", normalised,
                    List.of(convolution, keys.gamma(), keys.beta(), keys.mean(), keys.variance()),
                    OnnxParts.number("epsilon", layer.getEps()));
        }
        if (activated) {
            node("Relu", name, List.of(normalised));
        }
        outputs.put(name, Channels.all(name, (int) layer.getNOut()));
    }

    private void classifier(String name, String input) {
        List<String> inputs = new ArrayList<>(List.of(input, parameter(scheme.classifierWeightKey())));
        if (tensors.containsKey(scheme.classifierBiasKey())) {
            inputs.add(scheme.classifierBiasKey());
        }
        boolean calibrated = temperature != 1;
        node("Gemm", name, inputs, calibrated ? name : OUTPUT, OnnxParts.integer("transB", 1));
        if (calibrated) { // not in the weights, which are to be read back to the bit
            graph.addInitializer(OnnxParts.tensor(TEMPERATURE, new float[] {(float) temperature}));
            node("Div", name + ".calibrated", List.of(name, TEMPERATURE), OUTPUT);
        }
    }

    private Channels concatenated(String name, List<String> inputs, int groups) {
        if (inputs.size() == 1) {
            return outputs.get(inputs.get(0));
        }
        String joined = groups == 1 ? name : name + ".concat";
        node("Concat", joined, inputs.stream().map(this::value).toList(), OnnxParts.integer("axis", CHANNEL_AXIS));
        return Channels.all(joined, inputs.stream().mapToInt(input -> outputs.get(input).count()).sum());
    }

    /** Channel {@code j} of group {@code i} becomes channel {@code j * groups + i}. */
    private static Channels shuffled(Channels channels, int groups) {
        int size = channels.count() / groups;
        return channels.select(IntStream.range(0, groups * size).map(to -> to % groups * size + to / groups));
    }

    /**
     * The name of a value with exactly the channels of a vertex's output. One gather does a split and the shuffle
     * before it in one copy of whole planes, whatever their size; reshape, transpose and split would copy twice, and
     * need to know height and width.
     */
    private String value(String vertex) {
        Channels channels = outputs.get(vertex);
        if (channels.isWhole()) {
            return channels.value();
        }
        graph.addInitializer(TensorProto.newBuilder().setName(vertex + ".indices")
                .setDataType(TensorProto.DataType.INT64_VALUE).addDims(channels.count())
                .addAllInt64Data(IntStream.of(channels.indices()).asLongStream().boxed().toList()));
        node("Gather", vertex, List.of(channels.value(), vertex + ".indices"), OnnxParts.integer("axis", CHANNEL_AXIS));
        outputs.put(vertex, Channels.all(vertex, channels.count()));
        return vertex;
    }

    private void node(String type, String name, List<String> inputs, AttributeProto... attributes) {
        node(type, name, inputs, name, attributes);
    }

    private void node(String type, String name, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder().setOpType(type).setName(name).addAllInput(inputs).addOutput(output)
                .addAllAttribute(List.of(attributes)));
    }
}
