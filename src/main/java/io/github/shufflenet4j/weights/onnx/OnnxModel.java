package io.github.shufflenet4j.weights.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * What an ONNX file says of its network: what is read here of it, before any of it is understood.
 *
 * @param graph      the network
 * @param properties the file's metadata
 */
record OnnxModel(Graph graph, Map<String, String> properties) {

    /** Nodes before it are defined otherwise: batch norm with a mode, for one. */
    private static final int FIRST_OPERATOR_SET = 7;
    private static final String DEFAULT_DOMAIN = "ai.onnx";

    /**
     * A graph.
     *
     * @param nodes        in the order of the file, in which each comes after those that it takes
     * @param initializers tensors by name
     * @param inputs       what the graph is given, some of it by initialisers
     * @param outputs      names of its results
     */
    record Graph(List<Node> nodes, Map<String, OnnxTensor> initializers, List<Input> inputs, List<String> outputs) {
    }

    /**
     * An input of a graph.
     *
     * @param sizes its dimensions, null where they are open; null if none are given
     */
    record Input(String name, List<Long> sizes) {
    }

    /** A node, calling an operator. */
    record Node(String type, String name, String domain, List<String> inputs, List<String> outputs,
                Map<String, Attribute> attributes) {

        /** As in messages. */
        @Override
        public String toString() {
            String called = !name.isEmpty() || outputs.isEmpty() ? name : outputs.get(0);
            return "node '" + called + "' (" + type + ")";
        }

        boolean isStandard() {
            return domain.isEmpty() || domain.equals(DEFAULT_DOMAIN);
        }
    }

    /** The value of a node's attribute, in the one of its forms that it has. */
    record Attribute(long integer, float number, String text, long[] integers, OnnxTensor tensor) {
    }

    /** @throws WeightFileException if it is damaged, or needs what is not read */
    static OnnxModel read(Bytes in) throws WeightFileException {
        ProtobufMessage message = ProtobufMessage.of(in);
        Graph graph = null;
        boolean operatorsKnown = false;
        Map<String, String> properties = new LinkedHashMap<>();
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case ModelProto.GRAPH_FIELD_NUMBER -> graph = graph(message.message());
                case ModelProto.OPSET_IMPORT_FIELD_NUMBER -> operatorsKnown |= standardOperators(message.message());
                case ModelProto.METADATA_PROPS_FIELD_NUMBER -> property(message.message(), properties);
                default -> message.skip();
            }
        }
        if (graph == null || !operatorsKnown) {
            throw message.fault("is an ONNX file without a graph or its operator set, or cut short; fetch or save it"
                    + " again");
        }
        return new OnnxModel(graph, properties);
    }

    /** Whether this says which version of ONNX's own operators the graph uses. */
    private static boolean standardOperators(ProtobufMessage message) throws WeightFileException {
        String domain = "";
        long version = 0;
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case OperatorSetIdProto.DOMAIN_FIELD_NUMBER -> domain = message.text();
                case OperatorSetIdProto.VERSION_FIELD_NUMBER -> version = message.integer();
                default -> message.skip();
            }
        }
        boolean standard = domain.isEmpty() || domain.equals(DEFAULT_DOMAIN);
        if (standard && version < FIRST_OPERATOR_SET) {
            throw message.fault("uses ONNX's operator set " + version + ", which is older than " + FIRST_OPERATOR_SET
                    + "; export it with a newer one");
        }
        return standard;
    }

    private static void property(ProtobufMessage message, Map<String, String> properties) throws WeightFileException {
        String key = "";
        String value = "";
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case StringStringEntryProto.KEY_FIELD_NUMBER -> key = message.text();
                case StringStringEntryProto.VALUE_FIELD_NUMBER -> value = message.text();
                default -> message.skip();
            }
        }
        properties.put(key, value);
    }

    private static Graph graph(ProtobufMessage message) throws WeightFileException {
        Graph graph = new Graph(new ArrayList<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case GraphProto.NODE_FIELD_NUMBER -> graph.nodes.add(node(message.message()));
                case GraphProto.INITIALIZER_FIELD_NUMBER -> {
                    OnnxTensor tensor = new OnnxTensor(message.message());
                    if (graph.initializers.put(tensor.name(), tensor) != null) {
                        throw message.fault("has the initializer '" + tensor.name() + "' twice; export it again");
                    }
                }
                case GraphProto.INPUT_FIELD_NUMBER -> graph.inputs.add(input(message.message()));
                case GraphProto.OUTPUT_FIELD_NUMBER -> graph.outputs.add(input(message.message()).name());
                case GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER -> throw message.fault(
                        "has sparse initializers, which are not read; export it with dense ones");
                default -> message.skip();
            }
        }
        return graph;
    }

    private static Node node(ProtobufMessage message) throws WeightFileException {
        String type = "";
        String name = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new HashMap<>();
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case NodeProto.OP_TYPE_FIELD_NUMBER -> type = message.text();
                case NodeProto.NAME_FIELD_NUMBER -> name = message.text();
                case NodeProto.DOMAIN_FIELD_NUMBER -> domain = message.text();
                case NodeProto.INPUT_FIELD_NUMBER -> inputs.add(message.text());
                case NodeProto.OUTPUT_FIELD_NUMBER -> outputs.add(message.text());
                case NodeProto.ATTRIBUTE_FIELD_NUMBER -> attribute(message.message(), attributes);
                default -> message.skip();
            }
        }
        return new Node(type, name, domain, inputs, outputs, attributes);
    }

    private static void attribute(ProtobufMessage message, Map<String, Attribute> attributes)
            throws WeightFileException {
        String name = "";
        long integer = 0;
        float number = 0;
        String text = "";
        List<Long> integers = new ArrayList<>();
        OnnxTensor tensor = null;
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case AttributeProto.NAME_FIELD_NUMBER -> name = message.text();
                case AttributeProto.I_FIELD_NUMBER -> integer = message.integer();
                case AttributeProto.F_FIELD_NUMBER -> number = message.number();
                case AttributeProto.S_FIELD_NUMBER -> text = message.text();
                case AttributeProto.T_FIELD_NUMBER -> tensor = new OnnxTensor(message.message());
                case AttributeProto.INTS_FIELD_NUMBER -> {
                    for (Bytes row = message.elements(); row.remaining() > 0; ) {
                        if (integers.size() == Tensor.MAX_RANK) {
                            throw message.fault("has an attribute '" + name + "' of more than " + Tensor.MAX_RANK
                                    + " integers, which no ShuffleNet V2 needs");
                        }
                        integers.add(ProtobufMessage.varint(row));
                    }
                }
                default -> message.skip();
            }
        }
        attributes.put(name, new Attribute(integer, number, text,
                integers.stream().mapToLong(Long::longValue).toArray(), tensor));
    }

    private static Input input(ProtobufMessage message) throws WeightFileException {
        String name = "";
        List<Long> sizes = null;
        for (int field = message.next(); field != 0; field = message.next()) {
            switch (field) {
                case ValueInfoProto.NAME_FIELD_NUMBER -> name = message.text();
                case ValueInfoProto.TYPE_FIELD_NUMBER -> sizes = sizes(message.message());
                default -> message.skip();
            }
        }
        return new Input(name, sizes);
    }

    /** Follows a type to its tensor, that to its shape, and reads that. */
    private static List<Long> sizes(ProtobufMessage type) throws WeightFileException {
        List<Long> sizes = null;
        for (int field = type.next(); field != 0; field = type.next()) {
            if (field != TypeProto.TENSOR_TYPE_FIELD_NUMBER) {
                type.skip();
                continue;
            }
            ProtobufMessage tensor = type.message();
            for (int inner = tensor.next(); inner != 0; inner = tensor.next()) {
                if (inner == TypeProto.Tensor.SHAPE_FIELD_NUMBER) {
                    sizes = shape(tensor.message());
                } else {
                    tensor.skip();
                }
            }
        }
        return sizes;
    }

    private static List<Long> shape(ProtobufMessage shape) throws WeightFileException {
        List<Long> sizes = new ArrayList<>();
        for (int field = shape.next(); field != 0; field = shape.next()) {
            if (field != TensorShapeProto.DIM_FIELD_NUMBER) {
                shape.skip();
                continue;
            }
            Long size = null;
            ProtobufMessage dimension = shape.message();
            for (int inner = dimension.next(); inner != 0; inner = dimension.next()) {
                if (inner == TensorShapeProto.Dimension.DIM_VALUE_FIELD_NUMBER) {
                    size = dimension.integer();
                } else {
                    dimension.skip();
                }
            }
            sizes.add(size);
        }
        return sizes;
    }
}
