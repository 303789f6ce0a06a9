package io.github.shufflenet4j.quantization;

import onnx.Onnx.TensorProto;

/** The type of weights in ONNX files of 8-bit integers. */
public enum WeightType {

    /**
     * Around 128; exact on all processors. Those with AVX2 and without VNNI add two products of an unsigned and a
     * signed byte in 16 bits, which overflow, and ONNX Runtime uses them so for signed weights only.
     */
    UINT8(TensorProto.DataType.UINT8_VALUE, 128),

    /** Around 0; faster, on processors with VNNI or ARM's dot products. */
    INT8(TensorProto.DataType.INT8_VALUE, 0);

    private final int onnxType;
    private final int zero;

    WeightType(int onnxType, int zero) {
        this.onnxType = onnxType;
        this.zero = zero;
    }

    /** ONNX's number of the type. */
    int onnxType() {
        return onnxType;
    }

    /** The code of 0. */
    byte zero() {
        return (byte) zero;
    }
}
