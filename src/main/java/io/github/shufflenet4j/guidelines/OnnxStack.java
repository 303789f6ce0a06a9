package io.github.shufflenet4j.guidelines;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;

import org.nd4j.shade.protobuf.ByteString;

import io.github.shufflenet4j.guidelines.Stack.Convolution;
import io.github.shufflenet4j.guidelines.Stack.Operation;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

/** A {@link Stack} as an ONNX model, from {@value #INPUT} to {@value #OUTPUT}. */
final class OnnxStack {

    static final String INPUT = "v0";
    static final String OUTPUT = "output";

    private static final int OPERATOR_SET = 17;
    private static final int IR_VERSION = 8;

    private OnnxStack() {
    }

    /** The content of the model's file. */
    static byte[] bytes(Stack stack) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("stack").addInput(value(INPUT, stack, 0))
                .addOutput(value(OUTPUT, stack, stack.output()));
        for (int i = 0; i < stack.operations().size(); i++) {
            add(graph, stack, i);
        }
        return ModelProto.newBuilder().setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET)).setGraph(graph).build()
                .toByteArray();
    }

    private static void add(GraphProto.Builder graph, Stack stack, int index) {
        Operation operation = stack.operations().get(index);
        String result = name(stack, index + 1);
        String linear = operation.relu() ? result + ".linear" : result;
        NodeProto.Builder node = NodeProto.newBuilder().setName(linear).addOutput(linear);
        operation.operands().forEach(operand -> node.addInput(name(stack, operand)));
        if (operation instanceof Convolution c) {
            String weights = result + ".weights";
            graph.addInitializer(tensor(weights, c, index));
            node.setOpType("Conv").addInput(weights).addAttribute(integers("kernel_shape", c.kernel(), 2))
                    .addAttribute(integers("pads", c.kernel() / 2, 4))
                    .addAttribute(AttributeProto.newBuilder().setName("group")
                            .setType(AttributeProto.AttributeType.INT).setI(c.groups()));
        } else {
            node.setOpType("Add");
        }
        graph.addNode(node);
        if (operation.relu()) {
            graph.addNode(NodeProto.newBuilder().setOpType("Relu").setName(result).addInput(linear).addOutput(result));
        }
    }

    private static String name(Stack stack, int value) {
        return value == stack.output() ? OUTPUT : "v" + value;
    }

    private static AttributeProto integers(String name, long value, int count) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Collections.nCopies(count, value)).build();
    }

    private static TensorProto tensor(String name, Convolution c, int index) {
        float[] weights = c.weights(index);
        ByteBuffer bytes = ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(weights);
        return TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(List.of((long) c.outputs(), (long) c.groupInputs(), (long) c.kernel(), (long) c.kernel()))
                .setRawData(ByteString.copyFrom(bytes)).build();
    }

    private static ValueInfoProto value(String name, Stack stack, int value) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int size : new int[] {1, stack.channels(value), stack.side(), stack.side()}) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape))).build();
    }
}
