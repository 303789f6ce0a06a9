package io.github.shufflenet4j.kernel.conv;

import static io.github.shufflenet4j.kernel.conv.Reference.assertClose;
import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Workers;

class NormKernelTest {

    private static final Workers TWO = Workers.of(2);
    private static final float EPSILON = 1e-5f;

    static Stream<Arguments> cases() {
        int[][] sizes = {{1, 1, 2}, {7, 7, 3}, {13, 17, 1}, {28, 28, 2}};
        return Reference.providers().flatMap(kernels -> Arrays.stream(sizes)
                .flatMap(size -> Stream.of(Activation.values()).flatMap(activation -> Stream.of(true, false)
                        .map(own -> Arguments.of(kernels, size[0], size[1], size[2], activation, own)))));
    }

    /** A convolution of every channel by 1 in front makes no difference. */
    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheDefinition(KernelProvider kernels, int height, int width, int batch, Activation activation,
                                 boolean ownStatistics) {
        int channels = 5;
        Random random = new Random(height);
        Reference expected = new Reference(new ConvShape(channels, channels, 1, 1, 0, channels, height, width), batch,
                activation, EPSILON, random);
        Arrays.fill(expected.w, 1);
        if (!ownStatistics) {
            expected.fixedMean = Reference.randoms(random, channels, 0.5, 0);
            expected.fixedVariance = Reference.randoms(random, channels, 0.1, 1);
        }
        expected.forward();
        NormKernel kernel = new NormKernel(channels, activation, EPSILON, TWO, kernels);
        FloatBuffer out = buffer(expected.out.length);
        int plane = height * width;
        if (ownStatistics) {
            float[] mean = new float[channels];
            float[] variance = new float[channels];
            kernel.forwardTraining(batch, plane, buffer(expected.x), floats(expected.gamma), floats(expected.beta),
                    out, mean, variance);
            assertClose("mean", mean, expected.mean, 1);
            assertClose("variance", variance, expected.variance, 1);
        } else {
            kernel.forward(batch, plane, buffer(expected.x), floats(expected.gamma), floats(expected.beta),
                    floats(expected.fixedMean), floats(expected.fixedVariance), out);
        }
        assertClose("output", floats(out), expected.out, 1);

        double[] dOut = Reference.randoms(random, expected.out.length, 1, 0);
        expected.backward(dOut);
        FloatBuffer dX = buffer(expected.x.length);
        float[] dGamma = new float[channels];
        float[] dBeta = new float[channels];
        kernel.backward(batch, plane, buffer(expected.x), buffer(dOut), dX, dGamma, dBeta);
        // With a plane of two values, the gradient is the difference of numbers that are nearly equal.
        assertClose("gradient of the input", floats(dX), expected.dX, 1);
        assertClose("gradient of the scale", dGamma, expected.dGamma, 1);
        assertClose("gradient of the shift", dBeta, expected.dBeta, 1);
    }

    @Test
    void badArgumentsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new NormKernel(0, Activation.RELU, EPSILON, TWO))
                .withMessageContaining("channels");
        assertThatIllegalArgumentException().isThrownBy(() -> new NormKernel(1, Activation.RELU, 0, TWO))
                .withMessageContaining("epsilon");
        NormKernel kernel = new NormKernel(2, Activation.RELU, EPSILON, TWO);
        float[] two = {1, 1};
        assertThatIllegalStateException().isThrownBy(() ->
                kernel.backward(1, 4, buffer(8), buffer(8), buffer(8), two, two));
        assertThatIllegalArgumentException().isThrownBy(() ->
                kernel.forward(1, 4, buffer(7), two, two, two, two, buffer(8))).withMessageContaining("input");
        assertThatIllegalArgumentException().isThrownBy(() ->
                kernel.forward(1, 4, buffer(8), two, two, two, new float[1], buffer(8))).withMessageContaining("2");
    }
}
