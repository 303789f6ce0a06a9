package io.github.shufflenet4j.guidelines;

import io.github.shufflenet4j.guidelines.Stack.Convolution;
import io.github.shufflenet4j.guidelines.Stack.Operation;
import io.github.shufflenet4j.weights.onnx.OnnxParts;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.ValueInfoProto;

/** A {@link Stack} as an ONNX model, from {@value #INPUT} to {@value #OUTPUT}. */
final class OnnxStack {

    static final String INPUT = "v0";
    static final String OUTPUT = "output";

    private OnnxStack() {
    }

    /** The content of the model's file. */
    static byte[] bytes(Stack stack) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("stack").addInput(image(INPUT, stack, 0))
                .addOutput(image(OUTPUT, stack, stack.output()));
        for (int i = 0; i < stack.operations().size(); i++) {
            add(graph, stack, i);
        }
        return OnnxParts.model(graph.build()).build().toByteArray();
    }

    private static void add(GraphProto.Builder graph, Stack stack, int index) {
        Operation operation = stack.operations().get(index);
        String result = name(stack, index + 1);
        String linear = operation.relu() ? result + ".linear" : result;
        NodeProto.Builder node = NodeProto.newBuilder().setName(linear).addOutput(linear);
        operation.operands().forEach(operand -> node.addInput(name(stack, operand)));
        if (operation instanceof Convolution c) {
            String weights = result + ".weights";
            graph.addInitializer(OnnxParts.tensor(weights, c.weights(index), c.outputs(), c.groupInputs(), c.kernel(),
                    c.kernel()));
            node.setOpType("Conv").addInput(weights).addAttribute(OnnxParts.integers("kernel_shape", c.kernel(), 2))
                    .addAttribute(OnnxParts.integers("pads", c.kernel() / 2, 4))
                    .addAttribute(OnnxParts.integer("group", c.groups()));
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

    private static ValueInfoProto image(String name, Stack stack, int value) {
        return OnnxParts.value(name, 1, stack.channels(value), stack.side(), stack.side());
    }
}
