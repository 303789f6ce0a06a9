package io.github.shufflenet4j.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.shufflenet4j.kernel.Activation;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference's gradients against finite differences. */
class ReferenceTest {

    static Stream<ConvShape> shapes() {
        return Stream.of(
            ConvShape.pointwise(3, 4, 3, 5),
            ConvShape.depthwise(3, 1, 4, 5),
            ConvShape.depthwise(2, 2, 5, 6),
            ConvShape.full(3, 4, 2, 5, 7));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsAreFiniteDifferences(ConvShape shape) {
        for (Activation activation : Activation.values()) {
            for (boolean fixed : new boolean[] {false, true}) {
                Random random = new Random(7);
                Reference reference = new Reference(shape, 2, activation, 1e-3, random);
                if (fixed) {
                    reference.fixedMean = Reference.randoms(random, shape.outChannels(), 0.5, 0);
                    reference.fixedVariance = Reference.randoms(random, shape.outChannels(), 0.1, 2);
                }
                reference.forward();
                double[] dOut = Reference.randoms(random, reference.out.length, 1, 0);
                reference.backward(dOut);
                check(reference, dOut, reference.x, reference.dX.clone());
                check(reference, dOut, reference.w, reference.dW.clone());
                check(reference, dOut, reference.gamma, reference.dGamma.clone());
                check(reference, dOut, reference.beta, reference.dBeta.clone());
            }
        }
    }

    private static void check(Reference reference, double[] dOut, double[] variable, double[] gradient) {
        double step = 1e-6;
        for (int i = 0; i < variable.length; i++) {
            double value = variable[i];
            variable[i] = value + step;
            double above = loss(reference.forward().out, dOut);
            variable[i] = value - step;
            double below = loss(reference.forward().out, dOut);
            variable[i] = value;
            assertThat(gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-5));
        }
        reference.forward();
    }

    private static double loss(double[] out, double[] dOut) {
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            sum += out[i] * dOut[i];
        }
        return sum;
    }
}
