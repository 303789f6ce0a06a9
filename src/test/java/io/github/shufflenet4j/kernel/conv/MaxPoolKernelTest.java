package io.github.shufflenet4j.kernel.conv;

import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MaxPoolKernelTest {

    private static final Workers TWO = Workers.of(2);

    static Stream<Arguments> cases() {
        int[][] sizes = {{1, 1}, {2, 2}, {7, 7}, {13, 17}, {16, 30}, {56, 57}, {112, 112}};
        return Reference.providers().flatMap(kernels -> Arrays.stream(sizes)
            .flatMap(size -> Stream.of(1, 5).map(planes -> Arguments.of(kernels, size[0], size[1], planes))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheDefinition(KernelProvider kernels, int height, int width, int planes) {
        int outHeight = (height + 1) / 2;
        int outWidth = (width + 1) / 2;
        Random random = new Random(height);
        // Behind a ReLU, many pixels are equal; gradients that are small integers add up exactly.
        double[] x = Reference.randoms(random, planes * height * width, 1, 0);
        for (int i = 0; i < x.length; i++) {
            x[i] = height == 13 ? x[i] : Math.max(x[i], 0);
        }
        double[] dOut = new double[planes * outHeight * outWidth];
        Arrays.setAll(dOut, i -> random.nextInt(9) + 1);
        double[] out = new double[dOut.length];
        double[] dX = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            int plane = i / (outHeight * outWidth) * height * width;
            int row = i / outWidth % outHeight;
            int column = i % outWidth;
            int best = -1;
            for (int r = Math.max(0, 2 * row - 1); r < Math.min(height, 2 * row + 2); r++) {
                for (int c = Math.max(0, 2 * column - 1); c < Math.min(width, 2 * column + 2); c++) {
                    int place = plane + r * width + c;
                    if (best < 0 || x[place] > x[best]) {
                        best = place;
                    }
                }
            }
            out[i] = x[best];
            dX[best] += dOut[i];
        }
        MaxPoolKernel pooling = new MaxPoolKernel(height, width, TWO, kernels);
        FloatBuffer actual = buffer(out.length);
        pooling.forward(planes, buffer(x), actual);
        assertThat(floats(actual)).isEqualTo(floats(out));
        FloatBuffer gradient = buffer(x.length);
        pooling.backward(planes, buffer(x), buffer(dOut), gradient);
        assertThat(floats(gradient)).isEqualTo(floats(dX));
    }
}
