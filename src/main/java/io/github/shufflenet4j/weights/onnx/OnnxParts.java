package io.github.shufflenet4j.weights.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.stream.LongStream;

import org.nd4j.shade.protobuf.ByteString;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Tensor;

/** Parts of ONNX models that are written. */
public final class OnnxParts {

    private static final int OPERATOR_SET = 17;
    /** The file format's version that goes with the operator set. */
    private static final int IR_VERSION = 8;

    private OnnxParts() {
    }

    /** A model of a graph, in ONNX's operator set 17. */
    public static ModelProto.Builder model(GraphProto graph) {
        return ModelProto.newBuilder().setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET)).setGraph(graph);
    }

    /** An integer as an attribute. */
    public static AttributeProto integer(String name, long value) {
        return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
    }

    /** A list of {@code count} times the same integer as an attribute. */
    public static AttributeProto integers(String name, long value, int count) {
        return attribute(name, AttributeProto.AttributeType.INTS).addAllInts(Collections.nCopies(count, value)).build();
    }

    static AttributeProto number(String name, double value) {
        return attribute(name, AttributeProto.AttributeType.FLOAT).setF((float) value).build();
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    /** A float32 tensor. */
    public static TensorProto tensor(String name, float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder proto = TensorProto.newBuilder().setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE).setRawData(ByteString.copyFrom(bytes));
        for (int size : shape) {
            proto.addDims(size);
        }
        return proto.build();
    }

    /** A float16 tensor, rounded to nearest. */
    static TensorProto halfTensor(String name, Tensor tensor) {
        ByteString.Output bytes = ByteString.newOutput(tensor.data().length * DType.F16.size());
        try {
            tensor.writeTo(bytes, DType.F16);
        } catch (IOException e) {
            throw new IllegalStateException(e); // memory does not fail
        }
        return TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT16_VALUE)
                .addAllDims(() -> LongStream.of(Tensor.longShape(tensor.shape())).iterator())
                .setRawData(bytes.toByteString()).build();
    }

    /** An input or output of a graph in float32; a size is an Integer or, if it is open, its name. */
    public static ValueInfoProto value(String name, Object... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object size : sizes) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (size instanceof Integer number) {
                dimension.setDimValue(number);
            } else {
                dimension.setDimParam((String) size);
            }
        }
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(
                TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape))).build();
    }
}
