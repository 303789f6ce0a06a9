package io.github.shufflenet4j.kernel;

import static io.github.shufflenet4j.kernel.conv.Reference.assertClose;
import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static io.github.shufflenet4j.kernel.conv.Reference.randoms;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentumStepTest {

    private static final int SIZE = 9_001;
    private static final ElementwiseKernels KERNELS = KernelProviders.get().elementwise();
    private static final Workers TWO = Workers.of(2);

    @Test
    void followsTheRules() {
        double rate = 0.1;
        double momentum = 0.9;
        double decay = 0.01;
        double share = 0.25;
        MomentumStep[] steps = {MomentumStep.heavyBall(0.1f, 0.9f, 0.01f, 0.25f),
            MomentumStep.nesterov(0.1f, 0.9f, 0.01f, 0.25f)};
        for (int rule = 0; rule < steps.length; rule++) {
            Random random = new Random(rule);
            double[] p = randoms(random, SIZE, 1, 0);
            double[] v = new double[SIZE];
            FloatBuffer velocity = buffer(v);
            for (int repeat = 0; repeat < 3; repeat++) {
                double[] gradient = randoms(random, SIZE, 1, 0);
                FloatBuffer step = buffer(gradient);
                steps[rule].apply(buffer(p), step, 0, velocity, 0, SIZE, KERNELS, TWO);
                double[] expected = new double[SIZE];
                for (int i = 0; i < SIZE; i++) {
                    double g = share * gradient[i] + decay * p[i];
                    v[i] = momentum * v[i] + g;
                    expected[i] = rate * (rule == 0 ? v[i] : g + momentum * v[i]);
                }
                assertClose("step", floats(step), expected, 0);
            }
        }
    }

    @Test
    void staysInItsRange() {
        double[] ones = new double[20];
        Arrays.fill(ones, 1);
        FloatBuffer gradient = buffer(ones);
        FloatBuffer velocity = buffer(new double[4]);
        MomentumStep.heavyBall(3, 0, 0, 1).apply(buffer(ones), gradient, 3, velocity, 1, 2, KERNELS, TWO);
        assertThat(floats(gradient)).startsWith(1, 1, 1, 3, 3, 1).endsWith(1, 1);
        assertThat(floats(velocity)).containsExactly(0, 1, 1, 0);
    }
}
