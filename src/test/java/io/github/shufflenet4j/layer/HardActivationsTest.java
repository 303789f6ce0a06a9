package io.github.shufflenet4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HardActivationsTest {

    private static final double[] X = {-4, -3.5, -2, -0.5, 0.25, 1, 2.75, 3.5, 6};

    private static double hardSigmoid(double x) {
        return Math.min(Math.max(x + 3, 0), 6) / 6;
    }

    @Test
    void hardSigmoidIsItsDefinition() {
        check(new HardSigmoid(), HardActivationsTest::hardSigmoid);
    }

    @Test
    void hardSwishIsItsDefinition() {
        check(new HardSwish(), x -> x * hardSigmoid(x));
    }

    private static void check(IActivation activation, java.util.function.DoubleUnaryOperator definition) {
        double step = 1e-6;
        INDArray epsilon = Nd4j.createFromArray(2.0, 2, 2, 2, 2, 2, 2, 2, 2).castTo(DataType.DOUBLE);
        INDArray values = activation.getActivation(Nd4j.createFromArray(X), true);
        INDArray gradients = activation.backprop(Nd4j.createFromArray(X), epsilon).getFirst();
        for (int i = 0; i < X.length; i++) {
            assertThat(values.getDouble(i)).isCloseTo(definition.applyAsDouble(X[i]),
                    org.assertj.core.data.Offset.offset(1e-12));
            double slope = (definition.applyAsDouble(X[i] + step) - definition.applyAsDouble(X[i] - step)) / (2 * step);
            assertThat(gradients.getDouble(i)).isCloseTo(2 * slope, org.assertj.core.data.Offset.offset(1e-6));
        }
    }
}
