package io.github.shufflenet4j.weights.onnx;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.impl.ActivationReLU;

import io.github.shufflenet4j.graph.ChannelShuffleVertex;
import io.github.shufflenet4j.graph.ChannelSplitVertex;
import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelWeights.ConvNormWeights;
import io.github.shufflenet4j.weights.NetworkPlan;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.onnx.OnnxGraphReader.Operation;
import io.github.shufflenet4j.weights.onnx.OnnxGraphReader.Trace;
import io.github.shufflenet4j.weights.onnx.OnnxGraphReader.Window;

/**
 * Recognises a ShuffleNet V2 in a traced ONNX graph, and reads its weights. Names in the file do not matter: a layer of
 * the {@link NetworkPlan} of a block layout is matched by the node that takes exactly its channels, in their order. If
 * every layer has its node and every node its layer, the graph is that network.
 */
final class OnnxWeights {

    private final Bytes file;
    private final Trace trace;
    private final NetworkPlan plan;
    private final KeyScheme scheme;
    private final Map<String, KeyScheme.Convolution> convolutions;
    private final Map<String, int[]> labels = new HashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Set<Operation> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private float temperature = 1;

    /**
     * What a graph computes with.
     *
     * @param tensors     under the keys of the source whose block layout the graph has
     * @param classifier  the keys of the classifier's among them
     * @param temperature by which the graph divides the classifier's outputs; 1 if it does not
     */
    record Weights(Map<String, Tensor> tensors, List<String> classifier, float temperature) {

        /** The tensors with which the same graph gives the same result without dividing it. */
        Map<String, Tensor> divided() {
            Map<String, Tensor> divided = new LinkedHashMap<>(tensors);
            classifier.forEach(key -> divided.computeIfPresent(key, (same, tensor) -> new Tensor(tensor.shape(),
                    filled(tensor.data().length, index -> tensor.data()[index] / temperature))));
            return divided;
        }
    }

    private static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message);
        }
    }

    private OnnxWeights(Bytes file, Trace trace, ShuffleNetV2Variant variant, BlockLayout layout, int classes) {
        this.file = file;
        this.trace = trace;
        this.plan = NetworkPlan.of(variant, layout, trace.input().length, classes);
        this.scheme = KeyScheme.of(layout);
        this.convolutions = scheme.convolutionsByLayer(variant);
    }

    /**
     * The weights.
     *
     * <p>A convolution with folded batch norm gets one that only adds the bias, and multiplies by the scale of its
     * weights if they have one.
     *
     * @throws WeightFileException if the graph is no ShuffleNet V2
     */
    static Weights read(Trace trace, Bytes file) throws WeightFileException {
        ShuffleNetV2Variant variant = variant(trace, file);
        int classes = trace.output().length;
        file.throwIf(classes < 2, "has %s class, where at least 2 should be; export a classifier", classes);
        OnnxWeights closest = null;
        Mismatch why = null;
        for (BlockLayout layout : BlockLayout.values()) {
            if (!variant.supports(layout)) {
                continue;
            }
            OnnxWeights attempt = new OnnxWeights(file, trace, variant, layout, classes);
            try {
                return attempt.match();
            } catch (Mismatch e) {
                if (closest == null || attempt.used.size() > closest.used.size()) {
                    closest = attempt;
                    why = e;
                }
            }
        }
        throw file.fault("is no " + closest.plan.title() + ", which it is closest to: " + why.getMessage()
                + "; export an unchanged ShuffleNet V2 in evaluation mode");
    }

    /** The width whose last convolution the graph has. */
    private static ShuffleNetV2Variant variant(Trace trace, Bytes file) throws WeightFileException {
        List<long[]> shapes = trace.operations().stream().filter(is(Operation.Type.CONVOLUTION))
                .map(convolution -> convolution.tensors().get(0).tensor().shape()).toList();
        file.throwIf(shapes.isEmpty(), "has no Conv node, so it is no ShuffleNet V2");
        return shapes.stream().flatMap(shape -> NetworkWeights.variantOf(shape).stream())
                .reduce((first, second) -> second).orElseThrow(() -> file.fault("has a last convolution of shape "
                        + Arrays.toString(shapes.get(shapes.size() - 1))
                        + ", which is that of no known width of ShuffleNet V2"));
    }

    private static Predicate<Operation> is(Operation.Type type) {
        return operation -> operation.type() == type;
    }

    private Weights match() throws Mismatch, WeightFileException {
        labels.put(ShuffleNetV2.INPUT, trace.input());
        for (NetworkPlan.Step step : plan.steps()) {
            labels.put(step.name(), outputs(step));
        }
        if (!Arrays.equals(labels.get(ShuffleNetV2.FC), trace.output())) {
            throw new Mismatch("its output is not that of the classifier");
        }
        for (Operation operation : trace.operations()) {
            if (!used.contains(operation)) {
                throw new Mismatch(operation.node() + " is not part of it");
            }
        }
        return new Weights(tensors, List.of(scheme.classifierWeightKey(), scheme.classifierBiasKey()), temperature);
    }

    private int[] outputs(NetworkPlan.Step step) throws Mismatch, WeightFileException {
        int[] inputs = step.inputs().stream().map(labels::get).flatMapToInt(Arrays::stream).toArray();
        if (step.operation() instanceof ConvNormActivation layer) {
            return convNormActivation(step.name(), layer, inputs);
        }
        if (step.operation() instanceof SubsamplingLayer layer) {
            return take(step.name(), Operation.Type.MAX_POOLING, inputs, new Window(layer.getKernelSize()[0],
                    layer.getStride()[0], layer.getPadding()[0], 1)).outputs();
        }
        if (step.operation() instanceof ChannelSplitVertex split) {
            return Arrays.copyOfRange(inputs, split.getFrom(), split.getTo());
        }
        if (step.operation() instanceof ChannelShuffleVertex shuffle) {
            int size = inputs.length / shuffle.getGroups();
            return IntStream.range(0, inputs.length)
                    .map(to -> inputs[to % shuffle.getGroups() * size + to / shuffle.getGroups()]).toArray();
        }
        if (step.name().equals(ShuffleNetV2.POOL)) {
            return take(step.name(), Operation.Type.AVERAGE, inputs, null).outputs();
        }
        return classifier(step.name(), inputs);
    }

    private int[] convNormActivation(String name, ConvNormActivation layer, int[] inputs)
            throws Mismatch, WeightFileException {
        Operation convolution = take(name, Operation.Type.CONVOLUTION, inputs, new Window(layer.getKernelSize(),
                layer.getStride(), layer.getPadding(), layer.getGroups()));
        if (convolution.outputs().length != layer.getNOut()) {
            throw new Mismatch(convolution.node() + " gives " + convolution.outputs().length + " channels where '"
                    + name + "' gives " + layer.getNOut());
        }
        KeyScheme.Convolution keys = convolutions.get(name);
        tensors.put(keys.weight(), convolution.tensors().get(0).tensor().floats());
        float[] bias = convolution.tensors().size() < 2 ? new float[convolution.outputs().length]
                : values(convolution, 1);
        var norm = find(Operation.Type.BATCH_NORM, convolution.outputs()).findFirst();
        int[] outputs;
        if (norm.isPresent()) {
            if (convolution.scale() != null) {
                throw new Mismatch(convolution.node() + " has weights that are multiplied, and batch norm behind it");
            }
            used.add(norm.get());
            put(keys.gamma(), values(norm.get(), 0));
            put(keys.beta(), values(norm.get(), 1));
            float[] mean = values(norm.get(), 2);
            put(keys.mean(), filled(mean.length, channel -> mean[channel] - bias[channel]));
            put(keys.variance(), withEps(values(norm.get(), 3), norm.get()));
            outputs = norm.get().outputs();
        } else {
            put(keys.gamma(), convolution.scale() == null ? filled(bias.length, channel -> 1)
                    : convolution.scale().tensor().floats().data());
            put(keys.beta(), bias);
            put(keys.mean(), new float[bias.length]);
            put(keys.variance(), filled(bias.length, channel -> 1 - ConvNormWeights.EPSILON));
            outputs = convolution.outputs();
        }
        boolean activated = layer.getActivationFn() instanceof ActivationReLU;
        return activated ? Arrays.stream(outputs).map(label -> label | 1).toArray() : outputs;
    }

    private int[] classifier(String name, int[] inputs) throws Mismatch, WeightFileException {
        Operation product = take(name, Operation.Type.CLASSIFIER, inputs, null);
        OnnxValue.Constant weight = product.tensors().get(0);
        tensors.put(scheme.classifierWeightKey(),
                weight.transposed() ? weight.tensor().floats().transpose() : weight.tensor().floats());
        var sum = find(Operation.Type.BIAS, product.outputs()).findFirst();
        sum.ifPresent(used::add);
        if (product.tensors().size() > 1 && sum.isPresent()) {
            throw new Mismatch(sum.get().node() + " adds a second bias");
        }
        if (product.tensors().size() > 1) {
            put(scheme.classifierBiasKey(), values(product, 1));
        } else if (sum.isPresent()) {
            put(scheme.classifierBiasKey(), values(sum.get(), 0));
        } else if (scheme == KeyScheme.TORCHVISION) {
            put(scheme.classifierBiasKey(), new float[product.outputs().length]); // its state dicts always have one
        }
        int[] outputs = sum.orElse(product).outputs();
        var division = find(Operation.Type.DIVISION, outputs).findFirst();
        if (division.isEmpty()) {
            return outputs;
        }
        used.add(division.get());
        temperature = division.get().tensors().get(0).tensor().floats().data()[0];
        file.throwIf(!(temperature > 0) || Float.isInfinite(temperature),
                "%s divides the class scores by %s, where a number above 0 should be; export it again",
                division.get().node(), temperature);
        return division.get().outputs();
    }

    private Stream<Operation> find(Operation.Type type, int[] inputs) {
        return trace.operations().stream().filter(is(type)).filter(operation -> !used.contains(operation)
                && Arrays.equals(operation.inputs(), inputs));
    }

    private Operation take(String name, Operation.Type type, int[] inputs, Window window) throws Mismatch {
        List<Operation> candidates = find(type, inputs).toList();
        Operation operation = candidates.stream()
                .filter(candidate -> window == null || window.equals(candidate.window())).findFirst().orElse(null);
        if (operation != null) {
            used.add(operation);
            return operation;
        }
        if (!candidates.isEmpty()) {
            throw new Mismatch(candidates.get(0).node() + " has " + candidates.get(0).window() + " where '" + name
                    + "' has " + window);
        }
        throw new Mismatch(trace.operations().stream().filter(is(type)).filter(other -> !used.contains(other))
                .findFirst().map(other -> other.node() + " stands where '" + name
                        + "' should, but takes other channels, or these without their activation")
                .orElse("nothing computes '" + name + "'"));
    }

    /** A row with a value for each channel that the operation gives. */
    private float[] values(Operation operation, int index) throws WeightFileException {
        Tensor tensor = operation.tensors().get(index).tensor().floats();
        file.throwIf(tensor.shape().length != 1 || tensor.data().length != operation.outputs().length,
                "%s takes %s where one value for each of %s channels should be; export it again", operation.node(),
                tensor, operation.outputs().length);
        return tensor.data();
    }

    private void put(String key, float[] values) {
        tensors.put(key, new Tensor(new int[] {values.length}, values));
    }

    /** The variance that gives the same result with this library's epsilon as the file's with its own. */
    private static float[] withEps(float[] variance, Operation norm) {
        OnnxModel.Attribute attribute = norm.node().attributes().get("epsilon");
        if (attribute == null || attribute.number() == (float) ConvNormWeights.EPSILON) {
            return variance;
        }
        return filled(variance.length,
                channel -> variance[channel] + (double) attribute.number() - ConvNormWeights.EPSILON);
    }

    private static float[] filled(int length, IntToDoubleFunction values) {
        float[] result = new float[length];
        for (int channel = 0; channel < length; channel++) {
            result[channel] = (float) values.applyAsDouble(channel);
        }
        return result;
    }
}
