package io.github.shufflenet4j.weights.onnx;

import java.util.Arrays;

import ai.onnxruntime.platform.Fp16Conversions;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

import io.github.shufflenet4j.weights.Tensor;

/** ONNX files by hand, in the ways that exporters have, which are not ours. */
public final class OnnxBuilder {

    public final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
    private int values;

    /** Float, half or double, where exporters keep them. */
    public enum Precision {
        FLOAT, HALF, DOUBLE
    }

    /** @param sizes -1 for an open one */
    public OnnxBuilder input(String name, long... sizes) {
        graph.addInput(value(name, sizes));
        return this;
    }

    public OnnxBuilder output(String name, long... sizes) {
        graph.addOutput(value(name, sizes));
        return this;
    }

    private static ValueInfoProto value(String name, long... sizes) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        TypeProto.Tensor.Builder tensor = value.getTypeBuilder().getTensorTypeBuilder().setElemType(1);
        for (long size : sizes) {
            if (size < 0) {
                tensor.getShapeBuilder().addDimBuilder().setDimParam("open");
            } else {
                tensor.getShapeBuilder().addDimBuilder().setDimValue(size);
            }
        }
        return value.build();
    }

    /** A node with one output, whose name is returned. */
    public String node(String type, Object[] inputs, Object... attributes) {
        return nodes(type, 1, inputs, attributes)[0];
    }

    /** @param attributes names, each followed by a Long, Integer, Float, String or long[] */
    public String[] nodes(String type, int outputs, Object[] inputs, Object... attributes) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).setName("/" + type + "_" + values);
        String[] names = new String[outputs];
        for (Object input : inputs) {
            node.addInput(input.toString());
        }
        for (int i = 0; i < outputs; i++) {
            names[i] = "/" + type + "_output_" + values++;
            node.addOutput(names[i]);
        }
        for (int i = 0; i < attributes.length; i += 2) {
            node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
        }
        graph.addNode(node);
        return names;
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof long[] numbers) {
            attribute.setType(AttributeProto.AttributeType.INTS);
            Arrays.stream(numbers).forEach(attribute::addInts);
        } else if (value instanceof Float number) {
            attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
        } else if (value instanceof TensorProto tensor) {
            attribute.setType(AttributeProto.AttributeType.TENSOR).setT(tensor);
        } else if (value instanceof String text) {
            attribute.setType(AttributeProto.AttributeType.STRING)
                    .setS(org.nd4j.shade.protobuf.ByteString.copyFromUtf8(text));
        } else {
            attribute.setType(AttributeProto.AttributeType.INT).setI(((Number) value).longValue());
        }
        return attribute.build();
    }

    /** Integers as the output of a node of their own: a row, or a number. */
    public String constant(long... integers) {
        return node("Constant", new Object[0], "value", integers(integers).addDims(integers.length).build());
    }

    String scalar(long integer) {
        return node("Constant", new Object[0], "value", integers(integer).build());
    }

    private static TensorProto.Builder integers(long... integers) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE);
        Arrays.stream(integers).forEach(tensor::addInt64Data);
        return tensor;
    }

    /** An initialiser, with its values in the fields that belong to its type. */
    public String initializer(String name, Precision precision, Tensor tensor) {
        TensorProto.Builder proto = TensorProto.newBuilder().setName(name);
        Arrays.stream(tensor.shape()).forEach(proto::addDims);
        for (float value : tensor.data()) {
            switch (precision) {
                case FLOAT -> proto.addFloatData(value);
                case HALF -> proto.addInt32Data(Fp16Conversions.floatToFp16(value) & 0xffff);
                default -> proto.addDoubleData(value);
            }
        }
        proto.setDataType(switch (precision) {
            case FLOAT -> TensorProto.DataType.FLOAT_VALUE;
            case HALF -> TensorProto.DataType.FLOAT16_VALUE;
            default -> TensorProto.DataType.DOUBLE_VALUE;
        });
        graph.addInitializer(proto);
        return name;
    }

    public ModelProto.Builder model() {
        return ModelProto.newBuilder().setIrVersion(8).setProducerName("pytorch").setProducerVersion("2.1.0")
                .setGraph(graph).addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17));
    }

    public byte[] bytes() {
        return model().build().toByteArray();
    }
}
