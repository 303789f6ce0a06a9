package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.onnx.OnnxModel.Attribute;
import io.github.shufflenet4j.weights.onnx.OnnxModel.Node;
import io.github.shufflenet4j.weights.onnx.OnnxValue.Constant;
import io.github.shufflenet4j.weights.onnx.OnnxValue.Scaled;
import io.github.shufflenet4j.weights.onnx.OnnxValue.Sizes;

/**
 * Traces the channels of an image through an ONNX graph, node by node, without computing anything: splits, joins and
 * shuffles are resolved, nodes with weights and poolings become {@linkplain Operation operations}.
 *
 * <p>Labels of channels are even numbers; a channel after ReLU has the odd one after it.
 */
final class OnnxGraphReader {

    private static final List<Integer> PIXELS = List.of(2, 3);
    /** Axes of a convolution's weights. */
    private static final int WEIGHT_AXES = 4;
    /** Labels in all values together: ten times what the largest ShuffleNet V2 needs. */
    private static final int MAX_LABELS = 4_000_000;

    private final Bytes file;
    private final OnnxModel.Graph graph;
    private final Map<String, OnnxValue> values = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private int nextLabel;
    private int labels;

    /**
     * A node that computes.
     *
     * @param inputs  labels of its input channels
     * @param outputs labels of its output channels
     * @param window  of a convolution or pooling; null for others
     * @param scale   of a convolution's weights, a number for each output; null if there is none
     */
    record Operation(Node node, Type type, int[] inputs, int[] outputs, Window window, List<Constant> tensors,
                     Constant scale) {

        enum Type {
            CONVOLUTION, BATCH_NORM, MAX_POOLING, AVERAGE, CLASSIFIER, BIAS, DIVISION
        }
    }

    /** Kernel, stride and padding of a convolution or pooling, the same for height and width. */
    record Window(long kernel, long stride, long padding, long groups) {

        long outputs(long size) {
            long outputs = Math.floorDiv(Math.addExact(size, 2 * padding) - kernel, stride) + 1;
            Validate.isTrue(outputs >= 1, "does not fit its input of size %s", size);
            return outputs;
        }

        @Override
        public String toString() {
            return "kernel " + kernel + ", stride " + stride + ", padding " + padding + ", groups " + groups;
        }
    }

    /** The operations in the file's order, and the labels of the graph's input and output. */
    record Trace(List<Operation> operations, int[] input, int[] output) {
    }

    private OnnxGraphReader(OnnxModel.Graph graph, Bytes file) {
        this.graph = graph;
        this.file = file;
    }

    /** @throws WeightFileException if the graph has a part that no ShuffleNet V2 has */
    static Trace trace(OnnxModel.Graph graph, Bytes file) throws WeightFileException {
        return new OnnxGraphReader(graph, file).trace();
    }

    private Trace trace() throws WeightFileException {
        graph.initializers().forEach((name, tensor) -> values.put(name, new Constant(tensor, false)));
        OnnxActivation input = input();
        for (Node node : graph.nodes()) {
            add(node);
        }
        if (graph.outputs().size() != 1 || !(values.get(graph.outputs().get(0)) instanceof OnnxActivation output)) {
            throw file.fault("has the outputs " + graph.outputs() + ", where one, the class scores, should be; export"
                    + " the classifier alone");
        }
        return new Trace(operations, input.labels(), output.labels());
    }

    /** The image, whose number of channels is given; other sizes may be open. */
    private OnnxActivation input() throws WeightFileException {
        List<OnnxModel.Input> given = graph.inputs().stream()
                .filter(input -> !graph.initializers().containsKey(input.name())).toList();
        file.throwIf(given.size() != 1, "has %s inputs, where one, the images, should be; export the classifier alone",
                given.size());
        String name = given.get(0).name();
        List<Long> sizes = given.get(0).sizes();
        file.throwIf(sizes == null || sizes.size() != 4 || sizes.get(1) == null || sizes.get(1) < 1
                || sizes.get(1) > OnnxActivation.MAX_CHANNELS, "takes an input '%s' of shape %s, expected [N, channels,"
                + " height, width] with a number of channels; export it with an input of that shape", name, sizes);
        OnnxActivation input = OnnxActivation.image(sizes, newLabels(sizes.get(1)));
        values.put(name, input);
        return input;
    }

    private void add(Node node) throws WeightFileException {
        if (!node.isStandard()) {
            throw fault(node, "is an operator of the domain '" + node.domain() + "'");
        }
        try {
            List<OnnxValue> results = results(node);
            for (OnnxValue result : results) { // also those that no node takes: operations keep them
                labels += result instanceof OnnxActivation activation ? activation.labels().length : 0;
                Validate.isTrue(labels <= MAX_LABELS, "has more channels before it than any ShuffleNet V2 needs");
            }
            for (int i = 0; i < Math.min(results.size(), node.outputs().size()); i++) {
                String output = node.outputs().get(i);
                Validate.isTrue(output.isEmpty() || values.put(output, results.get(i)) == null,
                        "gives '%s' a second time", output);
            }
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw fault(node, "computes with sizes that no ShuffleNet V2 has (" + e.getMessage() + ")");
        } catch (IllegalArgumentException e) {
            throw fault(node, e.getMessage());
        }
    }

    private WeightFileException fault(Node node, String fault) {
        return file.fault(node + " " + fault
                + "; export a ShuffleNet V2 in evaluation mode, as torch.onnx.export does");
    }

    private List<OnnxValue> results(Node node) throws WeightFileException {
        return node.type().equals("Split") ? split(node) : List.of(result(node));
    }

    private OnnxValue result(Node node) throws WeightFileException {
        return switch (node.type()) {
            case "Constant" -> constant(node);
            case "Identity" -> input(node, 0);
            case "Cast" -> cast(node);
            case "Dropout" -> dropout(node);
            case "Floor" -> sizes(node, 0);
            case "Shape" -> shapeOf(node);
            case "Add", "Sub", "Mul", "Div" -> arithmetic(node);
            case "Conv" -> convolution(node);
            case "BatchNormalization" -> batchNorm(node);
            case "Relu" -> activation(node, 0).mapLabels(label -> label | 1);
            case "MaxPool" -> maxPooling(node);
            case "GlobalAveragePool" -> average(node, true);
            case "AveragePool" -> wholeAverage(node);
            case "ReduceMean" -> reduceMean(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> matMul(node);
            case "Reshape" -> reshape(node);
            case "Flatten" -> flatten(node);
            case "Squeeze" -> squeeze(node);
            case "Unsqueeze" -> unsqueeze(node);
            case "Transpose" -> transpose(node);
            case "Concat" -> concat(node);
            case "Gather" -> gather(node);
            case "Slice" -> slice(node);
            case "QuantizeLinear", "DequantizeLinear", "QLinearConv" -> throw new IllegalArgumentException(
                    "is of a network in 8-bit integers, which is not read");
            default -> throw new IllegalArgumentException("is an operator that no exported ShuffleNet V2 has");
        };
    }

    // A node's inputs and attributes.

    private OnnxValue input(Node node, int index) {
        String name = index < node.inputs().size() ? node.inputs().get(index) : "";
        Validate.isTrue(!name.isEmpty(), "lacks an input");
        Validate.isTrue(values.containsKey(name), "takes '%s', which nothing before it gives", name);
        return values.get(name);
    }

    private OnnxActivation activation(Node node, int index) {
        Validate.isTrue(input(node, index) instanceof OnnxActivation,
                "takes '%s', which does not come from the image", node.inputs().get(index));
        return (OnnxActivation) input(node, index);
    }

    private Constant constant(Node node, int index) {
        Validate.isTrue(input(node, index) instanceof Constant, "takes '%s' where a constant should be",
                node.inputs().get(index));
        return (Constant) input(node, index);
    }

    /** An input that is a row of sizes, or a constant one. */
    private Sizes sizes(Node node, int index) throws WeightFileException {
        OnnxValue value = input(node, index);
        if (value instanceof Sizes sizes) {
            return sizes;
        }
        if (value instanceof Constant constant && constant.tensor().shape().length <= 1) {
            return new Sizes(constant.tensor().integers(Tensor.MAX_RANK), constant.tensor().shape().length == 0);
        }
        throw new IllegalArgumentException("takes '" + node.inputs().get(index) + "' where sizes should be");
    }

    /** Numbers that older operators take as an attribute and newer ones as an input, if the node has them at all. */
    private Optional<long[]> numbers(Node node, String name, int index) throws WeightFileException {
        if (node.attributes().containsKey(name)) {
            return Optional.of(node.attributes().get(name).integers());
        }
        return node.hasInput(index) ? Optional.of(sizes(node, index).values()) : Optional.empty();
    }

    private static void require(Node node, String name, long expected) {
        long value = node.integer(name, expected);
        Validate.isTrue(value == expected, "has %s = %s, expected %s", name, value, expected);
    }

    private static int axis(long axis, int rank) {
        Validate.isTrue(axis >= -rank && axis < rank, "has an axis %s where its input has %s", axis, rank);
        return (int) (axis < 0 ? axis + rank : axis);
    }

    private static List<Integer> axes(long[] axes, int rank) {
        return LongStream.of(axes).mapToObj(axis -> axis(axis, rank)).sorted().toList();
    }

    // Layers.

    private int[] newLabels(long count) {
        OnnxActivation.checkCount(count);
        int[] result = IntStream.range(0, (int) count).map(channel -> nextLabel + 2 * channel).toArray();
        nextLabel = Math.addExact(nextLabel, 2 * result.length);
        return result;
    }

    private int[] operation(Node node, Operation.Type type, OnnxActivation input, long outputs, Window window,
                            Constant... tensors) {
        return operation(node, type, input, outputs, window, List.of(tensors), null);
    }

    private int[] operation(Node node, Operation.Type type, OnnxActivation input, long outputs, Window window,
                            List<Constant> tensors, Constant scale) {
        int[] given = newLabels(outputs);
        operations.add(new Operation(node, type, input.labels(), given, window, tensors, scale));
        return given;
    }

    private Constant[] constants(Node node) {
        return constants(node, 1).toArray(Constant[]::new);
    }

    private Stream<Constant> constants(Node node, int from) {
        return IntStream.range(from, node.inputs().size()).filter(node::hasInput)
                .mapToObj(index -> constant(node, index));
    }

    private OnnxActivation convolution(Node node) {
        OnnxActivation input = activation(node, 0).requireImage();
        Scaled scaled = input(node, 1) instanceof Scaled both ? both : new Scaled(constant(node, 1), null);
        long[] shape = scaled.weights().tensor().shape();
        long groups = node.integer("group", 1);
        int channels = input.labels().length;
        Validate.isTrue(shape.length == WEIGHT_AXES && groups >= 1 && groups <= channels
                && shape[1] == channels / groups && channels % groups == 0,
                "has weights of shape %s in %s groups for %s channels", Arrays.toString(shape), groups, channels);
        Window window = window(node, new long[] {shape[2], shape[3]}, groups);
        int[] outputs = operation(node, Operation.Type.CONVOLUTION, input, shape[0], window,
                Stream.concat(Stream.of(scaled.weights()), constants(node, 2)).toList(), scaled.scale());
        return windowed(input, outputs, window);
    }

    private OnnxActivation maxPooling(Node node) {
        OnnxActivation input = activation(node, 0).requireImage();
        require(node, "ceil_mode", 0);
        Window window = window(node, integers(node, "kernel_shape", 2, 0), 1);
        int[] outputs = operation(node, Operation.Type.MAX_POOLING, input, input.labels().length, window);
        return windowed(input, outputs, window);
    }

    private static OnnxActivation windowed(OnnxActivation input, int[] outputs, Window window) {
        return input.layer(outputs, window.outputs(input.shape()[2]), window.outputs(input.shape()[3]));
    }

    private static long[] integers(Node node, String name, int count, long otherwise) {
        Attribute attribute = node.attributes().get(name);
        if (attribute == null) {
            return LongStream.generate(() -> otherwise).limit(count).toArray();
        }
        Validate.isTrue(attribute.integers().length == count, "has %s = %s, expected %s numbers", name,
                Arrays.toString(attribute.integers()), count);
        return attribute.integers();
    }

    private static Window window(Node node, long[] kernel, long groups) {
        Attribute padding = node.attributes().get("auto_pad");
        Validate.isTrue(padding == null || List.of("", "NOTSET").contains(padding.text()),
                "has auto_pad = %s, expected explicit pads", padding == null ? "" : padding.text());
        Validate.isTrue(!node.attributes().containsKey("kernel_shape")
                || Arrays.equals(kernel, integers(node, "kernel_shape", 2, 0)),
                "has a kernel_shape that is not that of its weights");
        long kernelSize = same("kernel_shape", kernel);
        long stride = same("strides", integers(node, "strides", 2, 1));
        long pad = same("pads", integers(node, "pads", 4, 0));
        long dilation = same("dilations", integers(node, "dilations", 2, 1));
        Validate.isTrue(kernelSize >= 1 && stride >= 1 && pad >= 0 && pad <= kernelSize && dilation == 1,
                "has kernel %s, stride %s, padding %s and dilation %s", kernelSize, stride, pad, dilation);
        return new Window(kernelSize, stride, pad, groups);
    }

    private static long same(String name, long[] values) {
        Validate.isTrue(LongStream.of(values).distinct().count() == 1, "has %s = %s, expected the same on all sides",
                name, Arrays.toString(values));
        return values[0];
    }

    private OnnxActivation batchNorm(Node node) {
        OnnxActivation input = activation(node, 0).requireImage();
        require(node, "training_mode", 0);
        require(node, "spatial", 1);
        Validate.isTrue(constants(node).length == 4, "lacks scale, shift, mean or variance");
        int[] outputs = operation(node, Operation.Type.BATCH_NORM, input, input.labels().length, null, constants(node));
        return input.layer(outputs, input.shape()[2], input.shape()[3]);
    }

    private OnnxActivation average(Node node, boolean keepsAxes) {
        OnnxActivation input = activation(node, 0).requireImage();
        int[] outputs = operation(node, Operation.Type.AVERAGE, input, input.labels().length, null);
        return keepsAxes ? input.layer(outputs, 1, 1) : input.vector(outputs);
    }

    private OnnxActivation reduceMean(Node node) throws WeightFileException {
        OnnxActivation input = activation(node, 0);
        List<Integer> axes = axes(numbers(node, "axes", 1).orElse(new long[0]), input.rank());
        Validate.isTrue(axes.equals(PIXELS), "averages over axes %s, expected %s", axes, PIXELS);
        return average(node, node.integer("keepdims", 1) != 0);
    }

    /** The authors' network averages over a window as large as its input. */
    private OnnxActivation wholeAverage(Node node) {
        OnnxActivation input = activation(node, 0).requireImage();
        Window window = window(node, integers(node, "kernel_shape", 2, 0), 1);
        long[] shape = input.shape();
        Validate.isTrue(window.padding == 0 && window.kernel == shape[2] && window.kernel == shape[3],
                "averages over a window of %s of shape %s, expected all", window.kernel, input.shapeText());
        return average(node, true);
    }

    private OnnxActivation gemm(Node node) {
        OnnxActivation input = activation(node, 0).requireVector();
        require(node, "transA", 0);
        for (String factor : List.of("alpha", "beta")) {
            Attribute attribute = node.attributes().get(factor);
            Validate.isTrue(attribute == null || attribute.number() == 1, "has %s = %s, expected 1", factor,
                    attribute == null ? 1 : attribute.number());
        }
        Constant given = constant(node, 1);
        Constant weight = node.integer("transB", 0) == 0 ? exchanged(given) : given;
        int[] outputs = node.hasInput(2) ? classifier(node, input, weight, constant(node, 2))
                : classifier(node, input, weight);
        return input.vector(outputs);
    }

    private OnnxActivation matMul(Node node) {
        OnnxActivation input = activation(node, 0).requireVector();
        return input.vector(classifier(node, input, exchanged(constant(node, 1))));
    }

    private static Constant exchanged(Constant constant) {
        return new Constant(constant.tensor(), !constant.transposed());
    }

    /** @param tensors the weight, [outputs, inputs], and the bias if there is one */
    private int[] classifier(Node node, OnnxActivation input, Constant... tensors) {
        long[] shape = tensors[0].tensor().shape();
        int outputs = tensors[0].transposed() ? 1 : 0;
        Validate.isTrue(shape.length == 2 && shape[1 - outputs] == input.labels().length,
                "has weights of shape %s for %s channels", Arrays.toString(shape), input.labels().length);
        return operation(node, Operation.Type.CLASSIFIER, input, shape[outputs], null, tensors);
    }

    // Arithmetic on sizes, the bias that is added to a product of matrices, the temperature that divides it, and the
    // scale of a convolution's weights.

    private OnnxValue arithmetic(Node node) throws WeightFileException {
        boolean first = input(node, 0) instanceof OnnxActivation;
        if (node.type().equals("Add") && (first || input(node, 1) instanceof OnnxActivation)) {
            OnnxActivation input = activation(node, first ? 0 : 1).requireVector();
            Constant bias = constant(node, first ? 1 : 0);
            return input.vector(operation(node, Operation.Type.BIAS, input, input.labels().length, null, bias));
        }
        if (node.type().equals("Div") && first) {
            OnnxActivation input = activation(node, 0).requireVector();
            Constant divisor = constant(node, 1);
            Validate.isTrue(Tensor.elements(divisor.tensor().shape()) == 1, "divides by %s, expected one number",
                    Arrays.toString(divisor.tensor().shape()));
            return input.vector(operation(node, Operation.Type.DIVISION, input, input.labels().length, null, divisor));
        }
        if (node.type().equals("Mul") && input(node, 0) instanceof Constant weights
                && weights.tensor().shape().length == WEIGHT_AXES) {
            Constant scale = constant(node, 1);
            Validate.isTrue(Arrays.equals(scale.tensor().shape(), new long[] {weights.tensor().shape()[0], 1, 1, 1}),
                    "multiplies weights by numbers of shape %s, expected one for each output",
                    Arrays.toString(scale.tensor().shape()));
            return new Scaled(weights, scale);
        }
        Sizes left = sizes(node, 0);
        Sizes right = sizes(node, 1);
        LongBinaryOperator operator = switch (node.type()) {
            case "Add" -> Math::addExact;
            case "Sub" -> Math::subtractExact;
            case "Mul" -> Math::multiplyExact;
            default -> Math::floorDiv;
        };
        int[] counts = {left.values().length, right.values().length};
        int count = Math.max(counts[0], counts[1]);
        Validate.isTrue(count > 0 && IntStream.of(counts).allMatch(some -> some == count || some == 1),
                "takes rows of sizes of different lengths");
        return new Sizes(IntStream.range(0, count).mapToLong(i -> operator.applyAsLong(
                left.values()[i % counts[0]], right.values()[i % counts[1]])).toArray(),
                left.scalar() && right.scalar());
    }

    private OnnxValue constant(Node node) {
        Attribute value = node.attributes().get("value");
        if (value != null && value.tensor() != null) {
            return new Constant(value.tensor(), false);
        }
        if (node.attributes().containsKey("value_int")) {
            return new Sizes(new long[] {node.integer("value_int", 0)}, true);
        }
        if (node.attributes().containsKey("value_ints")) {
            return new Sizes(node.attributes().get("value_ints").integers(), false);
        }
        throw new IllegalArgumentException("has no value of a type that is read");
    }

    /** From one floating-point type to another, or between types of sizes. */
    private OnnxValue cast(Node node) {
        OnnxValue input = input(node, 0);
        int type = (int) node.integer("to", 0);
        Validate.isTrue(input instanceof Sizes || DType.ofOnnx(type).filter(DType::isFloating).isPresent(),
                "converts activations to ONNX's type %s, expected floats", type);
        return input;
    }

    private OnnxActivation dropout(Node node) {
        Validate.isTrue(!node.hasInput(2), "may be in training mode");
        return activation(node, 0);
    }

    private Sizes shapeOf(Node node) {
        long[] shape = activation(node, 0).shape();
        int from = bound(node.integer("start", 0), shape.length);
        int to = bound(node.integer("end", shape.length), shape.length);
        return new Sizes(Arrays.copyOfRange(shape, from, Math.max(from, to)), false);
    }

    /** A place in a row, counted from its end if negative, and clamped to the row. */
    private static int bound(long place, int size) {
        return (int) Math.max(0, Math.min(size, place < 0 ? place + size : place));
    }

    // Operators that move channels, and the same on rows of sizes.

    private OnnxValue reshape(Node node) throws WeightFileException {
        if (input(node, 0) instanceof OnnxActivation input) {
            return input.reshape(sizes(node, 1).values(), node.integer("allowzero", 0) == 0);
        }
        Sizes input = sizes(node, 0);
        long[] shape = sizes(node, 1).values();
        Validate.isTrue(shape.length == 0 || shape.length == 1 && (shape[0] == -1
                || shape[0] == input.values().length), "makes more than a row of sizes");
        return new Sizes(input.values(), shape.length == 0);
    }

    private OnnxActivation flatten(Node node) {
        OnnxActivation input = activation(node, 0);
        int axis = axis(node.integer("axis", 1), input.rank());
        LongStream left = LongStream.of(input.shape()).limit(axis);
        LongStream right = LongStream.of(input.shape()).skip(axis);
        return input.reshape(new long[] {OnnxActivation.product(left), OnnxActivation.product(right)}, false);
    }

    private OnnxValue squeeze(Node node) throws WeightFileException {
        if (input(node, 0) instanceof OnnxActivation input) {
            long[] axes = numbers(node, "axes", 1).orElseThrow(
                    () -> new IllegalArgumentException("does not say which axes it removes"));
            return input.withoutAxes(axes(axes, input.rank()));
        }
        Sizes input = sizes(node, 0);
        Validate.isTrue(input.values().length == 1, "makes one of %s sizes", input.values().length);
        return new Sizes(input.values(), true);
    }

    private Sizes unsqueeze(Node node) throws WeightFileException {
        Sizes input = sizes(node, 0);
        Validate.isTrue(input.scalar(), "makes more than a row of sizes");
        return new Sizes(input.values(), false);
    }

    private OnnxValue transpose(Node node) {
        Attribute order = node.attributes().get("perm");
        if (input(node, 0) instanceof Constant constant) {
            Validate.isTrue(constant.tensor().shape().length == 2
                    && (order == null || Arrays.equals(order.integers(), new long[] {1, 0})),
                    "reorders the axes of a constant that is no matrix");
            return exchanged(constant);
        }
        OnnxActivation input = activation(node, 0);
        return input.transpose(order != null ? order.integers()
                : LongStream.range(0, input.rank()).map(axis -> input.rank() - 1 - axis).toArray());
    }

    private OnnxValue concat(Node node) throws WeightFileException {
        if (input(node, 0) instanceof OnnxActivation first) {
            List<OnnxActivation> parts = new ArrayList<>();
            for (int i = 0; i < node.inputs().size(); i++) {
                parts.add(activation(node, i));
            }
            return OnnxActivation.concat(axis(node.integer("axis", 0), first.rank()), parts);
        }
        long[] joined = {};
        for (int i = 0; i < node.inputs().size(); i++) {
            joined = ArrayUtils.addAll(joined, sizes(node, i).values());
            Validate.isTrue(joined.length <= Tensor.MAX_RANK, "joins more sizes than a value has axes");
        }
        return new Sizes(joined, false);
    }

    private OnnxValue gather(Node node) throws WeightFileException {
        if (input(node, 0) instanceof OnnxActivation input) {
            OnnxTensor indices = constant(node, 1).tensor();
            int axis = axis(node.integer("axis", 0), input.rank());
            int[] places = places(indices.integers(OnnxActivation.MAX_CHANNELS), input.channels(axis));
            OnnxActivation chosen = input.select(axis, places);
            Validate.isTrue(indices.shape().length <= 1, "takes indices of more than one axis");
            return indices.shape().length == 0 ? chosen.withoutAxes(List.of(axis)) : chosen;
        }
        Sizes input = sizes(node, 0);
        Sizes indices = sizes(node, 1);
        require(node, "axis", 0);
        return new Sizes(IntStream.of(places(indices.values(), input.values().length))
                .mapToLong(place -> input.values()[Objects.checkIndex(place, input.values().length)]).toArray(),
                indices.scalar());
    }

    /** Negative indices count from the end. */
    private static int[] places(long[] indices, int size) {
        return LongStream.of(indices).map(index -> index < 0 ? index + size : index)
                .mapToInt(Math::toIntExact).toArray();
    }

    private OnnxValue slice(Node node) throws WeightFileException {
        long[] starts = numbers(node, "starts", 1).orElse(new long[0]);
        long[] ends = numbers(node, "ends", 2).orElse(new long[0]);
        long[] axes = numbers(node, "axes", 3).orElse(new long[] {0});
        long[] steps = node.hasInput(4) ? sizes(node, 4).values() : new long[] {1};
        Validate.isTrue(Stream.of(starts, ends, axes, steps).allMatch(values -> values.length == 1) && steps[0] >= 1,
                "does not take a slice of one axis");
        if (input(node, 0) instanceof OnnxActivation input) {
            int axis = axis(axes[0], input.rank());
            return input.select(axis, range(starts[0], ends[0], steps[0], input.channels(axis)));
        }
        Sizes input = sizes(node, 0);
        return new Sizes(IntStream.of(range(starts[0], ends[0], steps[0], input.values().length))
                .mapToLong(place -> input.values()[place]).toArray(), false);
    }

    private static int[] range(long start, long end, long step, int size) {
        int to = bound(end, size);
        return LongStream.iterate(bound(start, size), place -> place < to, place -> place + Math.min(step, size))
                .mapToInt(Math::toIntExact).toArray();
    }

    private List<OnnxValue> split(Node node) throws WeightFileException {
        OnnxActivation input = activation(node, 0);
        int axis = axis(node.integer("axis", 0), input.rank());
        int size = input.channels(axis);
        int parts = Math.max(1, node.outputs().size());
        long equal = (size + parts - 1) / parts;
        long[] sizes = numbers(node, "split", 1).orElseGet(() -> LongStream.range(0, parts)
                .map(part -> Math.min(equal, size - part * equal)).toArray());
        Validate.isTrue(sizes.length == parts && LongStream.of(sizes).allMatch(part -> part >= 1 && part <= size)
                && LongStream.of(sizes).sum() == size, "splits %s channels into %s", size, Arrays.toString(sizes));
        List<OnnxValue> results = new ArrayList<>();
        int from = 0;
        for (long part : sizes) {
            results.add(input.select(axis, IntStream.range(from, from + (int) part).toArray()));
            from += (int) part;
        }
        return results;
    }
}
