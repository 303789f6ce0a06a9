package io.github.shufflenet4j.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The hard sigmoid of MobileNetV3 and ShuffleNet V2+: {@code min(max(x + 3, 0), 6) / 6}, whose gradient is 1/6 between
 * -3 and 3 and 0 elsewhere. DL4J's own has another slope.
 */
public final class HardSigmoid extends BaseActivationFunction {

    private static final long serialVersionUID = 1L;

    private static final double HALF_WIDTH = 3;
    private static final double WIDTH = 2 * HALF_WIDTH;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        in.addi(HALF_WIDTH);
        Nd4j.exec(new ScalarMax(in, null, in, 0));
        Nd4j.exec(new ScalarMin(in, null, in, WIDTH));
        return in.divi(WIDTH);
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        return new Pair<>(slope(in).muli(epsilon), null);
    }

    /** The derivative. */
    static INDArray slope(INDArray in) {
        return in.gt(-HALF_WIDTH).castTo(in.dataType()).muli(in.lt(HALF_WIDTH).castTo(in.dataType())).divi(WIDTH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HardSigmoid;
    }

    @Override
    public int hashCode() {
        return HardSigmoid.class.hashCode();
    }

    @Override
    public String toString() {
        return "hardsigmoid3";
    }
}
