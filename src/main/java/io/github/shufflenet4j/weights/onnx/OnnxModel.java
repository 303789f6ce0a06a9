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

/** The graph and metadata of an ONNX file, before any of it is interpreted. */
record OnnxModel(Graph graph, Map<String, String> properties) {

    /** Older ones define nodes otherwise: batch norm with a mode, for one. */
    private static final int MIN_OPERATOR_SET = 7;
    private static final String DEFAULT_DOMAIN = "ai.onnx";

    /** A graph: each node comes after those whose outputs it takes; initializers set some of the inputs. */
    record Graph(List<Node> nodes, Map<String, OnnxTensor> initializers, List<Input> inputs, List<String> outputs) {
    }

    /** An input of a graph; its sizes are null if none are given, and hold null where they are open. */
    record Input(String name, List<Long> sizes) {
    }

    record Node(String type, String name, String domain, List<String> inputs, List<String> outputs,
                Map<String, Attribute> attributes) {

        boolean isStandard() {
            return OnnxModel.isStandard(domain);
        }

        boolean hasInput(int index) {
            return index < inputs.size() && !inputs.get(index).isEmpty();
        }

        /** The integer attribute, or {@code otherwise} if the node has none of that name. */
        long integer(String attribute, long otherwise) {
            Attribute value = attributes.get(attribute);
            return value == null ? otherwise : value.integer();
        }

        /** As in messages. */
        @Override
        public String toString() {
            return "node '" + (name.isEmpty() && !outputs.isEmpty() ? outputs.get(0) : name) + "' (" + type + ")";
        }
    }

    /** The value of a node's attribute; all its forms but one are empty. */
    record Attribute(long integer, float number, String text, long[] integers, OnnxTensor tensor) {
    }

    /** @throws WeightFileException if it is damaged, or has parts that are not read */
    static OnnxModel read(Bytes in) throws WeightFileException {
        ProtobufMessage model = ProtobufMessage.of(in);
        ProtobufMessage graph = model.message(ModelProto.GRAPH_FIELD_NUMBER);
        boolean operatorsKnown = false;
        for (ProtobufMessage operators : model.messages(ModelProto.OPSET_IMPORT_FIELD_NUMBER)) {
            if (isStandard(operators.text(OperatorSetIdProto.DOMAIN_FIELD_NUMBER))) {
                operatorsKnown = true;
                requireVersion(operators);
            }
        }
        model.throwIf(graph == null || !operatorsKnown,
                "is an ONNX file without a graph or its operator set, or cut short; fetch or save it again");
        Map<String, String> properties = new LinkedHashMap<>();
        for (ProtobufMessage property : model.messages(ModelProto.METADATA_PROPS_FIELD_NUMBER)) {
            properties.put(property.text(StringStringEntryProto.KEY_FIELD_NUMBER),
                    property.text(StringStringEntryProto.VALUE_FIELD_NUMBER));
        }
        return new OnnxModel(graph(graph), properties);
    }

    private static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals(DEFAULT_DOMAIN);
    }

    private static void requireVersion(ProtobufMessage operators) throws WeightFileException {
        long version = operators.integer(OperatorSetIdProto.VERSION_FIELD_NUMBER);
        operators.throwIf(version < MIN_OPERATOR_SET,
                "uses ONNX's operator set %s, which is older than %s; export it with a newer one", version,
                MIN_OPERATOR_SET);
    }

    private static Graph graph(ProtobufMessage message) throws WeightFileException {
        Graph graph = new Graph(new ArrayList<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        message.throwIf(message.has(GraphProto.SPARSE_INITIALIZER_FIELD_NUMBER),
                "has sparse initializers, which are not read; export it with dense ones");
        for (ProtobufMessage node : message.messages(GraphProto.NODE_FIELD_NUMBER)) {
            graph.nodes.add(node(node));
        }
        for (ProtobufMessage initializer : message.messages(GraphProto.INITIALIZER_FIELD_NUMBER)) {
            OnnxTensor tensor = new OnnxTensor(initializer);
            message.throwIf(graph.initializers.put(tensor.name(), tensor) != null,
                    "has the initializer '%s' twice; export it again", tensor.name());
        }
        for (ProtobufMessage input : message.messages(GraphProto.INPUT_FIELD_NUMBER)) {
            graph.inputs.add(new Input(input.text(ValueInfoProto.NAME_FIELD_NUMBER), sizes(input)));
        }
        for (ProtobufMessage output : message.messages(GraphProto.OUTPUT_FIELD_NUMBER)) {
            graph.outputs.add(output.text(ValueInfoProto.NAME_FIELD_NUMBER));
        }
        return graph;
    }

    private static Node node(ProtobufMessage node) throws WeightFileException {
        Map<String, Attribute> attributes = new HashMap<>();
        for (ProtobufMessage attribute : node.messages(NodeProto.ATTRIBUTE_FIELD_NUMBER)) {
            String name = attribute.text(AttributeProto.NAME_FIELD_NUMBER);
            ProtobufMessage tensor = attribute.message(AttributeProto.T_FIELD_NUMBER);
            attributes.put(name, new Attribute(attribute.integer(AttributeProto.I_FIELD_NUMBER),
                    attribute.number(AttributeProto.F_FIELD_NUMBER), attribute.text(AttributeProto.S_FIELD_NUMBER),
                    attribute.integers(AttributeProto.INTS_FIELD_NUMBER, Tensor.MAX_RANK, "attribute '" + name + "'"),
                    tensor == null ? null : new OnnxTensor(tensor)));
        }
        return new Node(node.text(NodeProto.OP_TYPE_FIELD_NUMBER), node.text(NodeProto.NAME_FIELD_NUMBER),
                node.text(NodeProto.DOMAIN_FIELD_NUMBER), node.texts(NodeProto.INPUT_FIELD_NUMBER),
                node.texts(NodeProto.OUTPUT_FIELD_NUMBER), attributes);
    }

    /** The shape in the tensor in the type of a value. */
    private static List<Long> sizes(ProtobufMessage value) throws WeightFileException {
        ProtobufMessage type = value.message(ValueInfoProto.TYPE_FIELD_NUMBER);
        ProtobufMessage tensor = type == null ? null : type.message(TypeProto.TENSOR_TYPE_FIELD_NUMBER);
        ProtobufMessage shape = tensor == null ? null : tensor.message(TypeProto.Tensor.SHAPE_FIELD_NUMBER);
        if (shape == null) {
            return null;
        }
        List<Long> sizes = new ArrayList<>();
        for (ProtobufMessage size : shape.messages(TensorShapeProto.DIM_FIELD_NUMBER)) {
            sizes.add(size.has(TensorShapeProto.Dimension.DIM_VALUE_FIELD_NUMBER)
                    ? size.integer(TensorShapeProto.Dimension.DIM_VALUE_FIELD_NUMBER) : null);
        }
        return sizes;
    }
}
