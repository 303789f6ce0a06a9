package io.github.shufflenet4j.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The hard swish of MobileNetV3 and ShuffleNet V2+: {@code x min(max(x + 3, 0), 6) / 6}. */
public final class HardSwish extends BaseActivationFunction {

    private static final long serialVersionUID = 1L;

    private static final HardSigmoid GATE = new HardSigmoid();

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
        return in.muli(GATE.getActivation(in.dup(), training));
    }

    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        INDArray derivative = HardSigmoid.slope(in).muli(in).addi(GATE.getActivation(in.dup(), true));
        return new Pair<>(derivative.muli(epsilon), null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HardSwish;
    }

    @Override
    public int hashCode() {
        return HardSwish.class.hashCode();
    }

    @Override
    public String toString() {
        return "hardswish";
    }
}
