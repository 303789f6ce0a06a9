package io.github.shufflenet4j.benchmark;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The yardstick: a large matrix product, which is what a core does best. */
final class MatrixProduct {

    private static final int SIZE = 1536;

    /** Floating-point operations of a step. */
    static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

    private MatrixProduct() {
    }

    static Contestant.Step step() {
        INDArray a = Nd4j.rand(SIZE, SIZE);
        INDArray b = Nd4j.rand(SIZE, SIZE);
        INDArray c = Nd4j.create(SIZE, SIZE);
        return () -> a.mmuli(b, c);
    }
}
