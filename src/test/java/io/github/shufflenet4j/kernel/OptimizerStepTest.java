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

/** Against the papers' formulas in double precision. */
class OptimizerStepTest {

    private static final int SIZE = 9_001;
    private static final ElementwiseKernels KERNELS = KernelProviders.get().elementwise();
    private static final Workers TWO = Workers.of(2);

    @Test
    void momentumFollowsTheRules() {
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
                steps[rule].apply(buffer(p), step, 0, SIZE, new OptimizerStep.State(velocity, 0, 0), KERNELS, TWO);
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

    /** Algorithm 2 of Loshchilov and Hutter (2019), with its schedule multiplier as the learning rate. */
    @Test
    void adamFollowsThePaper() {
        double rate = 0.01;
        double beta1 = 0.9;
        double beta2 = 0.99;
        double epsilon = 1e-4;
        double decay = 0.1;
        double share = 0.25;
        Random random = new Random(2);
        double[] p = randoms(random, SIZE, 1, 0);
        double[] m = new double[SIZE];
        double[] v = new double[SIZE];
        FloatBuffer state = buffer(new double[2 * SIZE + 3]);
        for (int t = 1; t <= 4; t++) {
            double[] gradient = randoms(random, SIZE, 1, 0);
            FloatBuffer step = buffer(gradient);
            AdamStep.of(rate, beta1, beta2, epsilon, rate * decay, share, t)
                    .apply(buffer(p), step, 0, SIZE, new OptimizerStep.State(state, 1, SIZE + 1), KERNELS, TWO);
            double[] expected = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                double g = share * gradient[i];
                m[i] = beta1 * m[i] + (1 - beta1) * g;
                v[i] = beta2 * v[i] + (1 - beta2) * g * g;
                double unbiasedMean = m[i] / (1 - Math.pow(beta1, t));
                double unbiasedSquare = v[i] / (1 - Math.pow(beta2, t));
                expected[i] = rate * (unbiasedMean / (Math.sqrt(unbiasedSquare) + epsilon) + decay * p[i]);
            }
            assertClose("step", floats(step), expected, 0);
        }
        assertThat(new float[] {state.get(0), state.get(SIZE + 1), state.get(2 * SIZE + 2)}).containsOnly(0);
    }

    /** PyTorch's documentation of RMSprop, whose means begin at 0. */
    @Test
    void rmsPropFollowsItsDefinition() {
        double rate = 0.02;
        double alpha = 0.9;
        double epsilon = 0.0316;
        double momentum = 0.8;
        double decay = 0.01;
        double share = 0.25;
        Random random = new Random(3);
        double[] p = randoms(random, SIZE, 1, 0);
        double[] square = new double[SIZE];
        double[] velocity = new double[SIZE];
        FloatBuffer state = buffer(new double[2 * SIZE]);
        for (int t = 1; t <= 4; t++) {
            double[] gradient = randoms(random, SIZE, 1, 0);
            FloatBuffer step = buffer(gradient);
            new RmsPropStep(0.25f, 0.01f, 0.9f, 0.1f, 0.0316f, 0.8f, 0.02f).apply(buffer(p), step, 0, SIZE,
                    new OptimizerStep.State(state, 0, SIZE), KERNELS, TWO);
            double[] expected = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                double g = share * gradient[i] + decay * p[i];
                square[i] = alpha * square[i] + (1 - alpha) * g * g;
                velocity[i] = momentum * velocity[i] + g / (Math.sqrt(square[i]) + epsilon);
                expected[i] = rate * velocity[i];
            }
            assertClose("step", floats(step), expected, 0);
        }
    }

    @Test
    void staysInItsRange() {
        double[] ones = new double[20];
        Arrays.fill(ones, 1);
        FloatBuffer gradient = buffer(ones);
        FloatBuffer velocity = buffer(new double[4]);
        MomentumStep.heavyBall(3, 0, 0, 1).apply(buffer(ones), gradient, 3, 2, new OptimizerStep.State(velocity, 1, 0),
                KERNELS, TWO);
        assertThat(floats(gradient)).startsWith(1, 1, 1, 3, 3, 1).endsWith(1, 1);
        assertThat(floats(velocity)).containsExactly(0, 1, 1, 0);
    }
}
