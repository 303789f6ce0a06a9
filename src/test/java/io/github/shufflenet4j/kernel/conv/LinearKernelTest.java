package io.github.shufflenet4j.kernel.conv;

import static io.github.shufflenet4j.kernel.conv.Reference.assertClose;
import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Workers;

class LinearKernelTest {

    static Stream<Arguments> cases() {
        int[][] sizes = {{1, 1, 1}, {2, 3, 5}, {7, 64, 13}, {16, 130, 101}, {33, 1024, 12}, {5, 17, 1000}};
        return Reference.providers().flatMap(kernels -> Arrays.stream(sizes)
                .map(size -> Arguments.of(kernels, size[0], size[1], size[2])));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheDefinition(KernelProvider kernels, int images, int inputs, int outputs) {
        Random random = new Random(inputs);
        double[] x = Reference.randoms(random, images * inputs, 1, 0);
        double[] w = Reference.randoms(random, outputs * inputs, 1 / Math.sqrt(inputs), 0);
        double[] bias = Reference.randoms(random, outputs, 1, 0);
        double[] dOut = Reference.randoms(random, images * outputs, 1 / Math.sqrt(outputs), 0);
        double[] out = new double[images * outputs];
        double[] dX = new double[x.length];
        double[] dW = new double[w.length];
        double[] dBias = new double[outputs];
        for (int n = 0; n < images; n++) {
            for (int o = 0; o < outputs; o++) {
                out[n * outputs + o] = bias[o];
                dBias[o] += dOut[n * outputs + o];
                for (int i = 0; i < inputs; i++) {
                    out[n * outputs + o] += x[n * inputs + i] * w[o * inputs + i];
                    dX[n * inputs + i] += dOut[n * outputs + o] * w[o * inputs + i];
                    dW[o * inputs + i] += dOut[n * outputs + o] * x[n * inputs + i];
                }
            }
        }
        for (int threads : new int[] {1, 2}) {
            try (Workers workers = Workers.of(threads)) {
                LinearKernel kernel = new LinearKernel(inputs, outputs, workers, kernels);
                // Of another size first: memory is used again.
                kernel.forward(images + 1, buffer((images + 1) * inputs), buffer(w), null);
                assertClose("output", kernel.forward(images, buffer(x), buffer(w), buffer(bias)), out, 0);
                FloatBuffer toInput = buffer(x.length);
                FloatBuffer toWeights = buffer(w.length);
                FloatBuffer toBias = buffer(outputs);
                kernel.backward(floats(dOut), toInput, toWeights, toBias);
                assertClose("gradient to Input", floats(toInput), dX, 0);
                assertClose("gradient to Weights", floats(toWeights), dW, 0);
                assertClose("gradient to Bias", floats(toBias), dBias, 0);
            }
        }
    }

    @Test
    void resultsDoNotDependOnTheNumberOfThreads() {
        Random random = new Random(1);
        double[] x = Reference.randoms(random, 9 * 70, 1, 0);
        double[] w = Reference.randoms(random, 300 * 70, 1, 0);
        double[] dOut = Reference.randoms(random, 9 * 300, 1, 0);
        float[][] toInputs = new float[3][];
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = Workers.of(threads)) {
                LinearKernel kernel = new LinearKernel(70, 300, workers);
                kernel.forward(9, buffer(x), buffer(w), null);
                FloatBuffer toInput = buffer(x.length);
                kernel.backward(floats(dOut), toInput, buffer(w.length), null);
                toInputs[threads - 1] = floats(toInput);
            }
        }
        assertThat(toInputs[1]).isEqualTo(toInputs[0]);
        assertThat(toInputs[2]).isEqualTo(toInputs[0]);
    }

    @Test
    void wrongArgumentsAreNamed() {
        LinearKernel kernel = new LinearKernel(4, 3, Workers.shared());
        assertThatThrownBy(() -> kernel.backward(new float[3], buffer(4), buffer(12), null))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("without a forward pass");
        assertThatThrownBy(() -> kernel.forward(2, buffer(7), buffer(12), null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("input needs 8 floats: 7");
        kernel.forward(1, buffer(4), buffer(12), null);
        assertThatThrownBy(() -> kernel.backward(new float[2], buffer(4), buffer(12), null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must have 3 floats, has 2");
        assertThatThrownBy(() -> new LinearKernel(0, 3, Workers.shared()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("inputs");
    }
}
