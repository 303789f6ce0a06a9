package io.github.shufflenet4j.kernel;

import static io.github.shufflenet4j.kernel.Reference.assertClose;
import static io.github.shufflenet4j.kernel.Reference.buffer;
import static io.github.shufflenet4j.kernel.Reference.floats;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentumStepTest {

    private static final int SIZE = 9_001;
    private static final Workers TWO = Workers.of(2);

    @Test
    void followsTheRules() {
        double rate = 0.1;
        double momentum = 0.9;
        double decay = 0.01;
        MomentumStep[] steps = {MomentumStep.heavyBall(0.1f, 0.9f, 0.01f), MomentumStep.nesterov(0.1f, 0.9f, 0.01f),
            MomentumStep.nesterovScaled(0.1f, 0.9f, 0.01f)};
        for (int rule = 0; rule < steps.length; rule++) {
            Random random = new Random(rule);
            double[] p = Reference.randoms(random, SIZE, 1, 0);
            double[] v = new double[SIZE];
            FloatBuffer parameters = buffer(p);
            FloatBuffer velocity = buffer(v);
            for (int repeat = 0; repeat < 3; repeat++) {
                double[] gradient = Reference.randoms(random, SIZE, 1, 0);
                steps[rule].apply(parameters, buffer(gradient), velocity, 0, SIZE, TWO);
                for (int i = 0; i < SIZE; i++) {
                    double g = gradient[i] + decay * p[i];
                    v[i] = momentum * v[i] + g;
                    p[i] -= rate * (rule == 0 ? v[i] : g + momentum * v[i]);
                }
            }
            assertClose("parameters", floats(parameters), p, 0);
        }
    }

    @Test
    void staysInItsRange() {
        double[] ones = new double[20];
        Arrays.fill(ones, 1);
        FloatBuffer parameters = buffer(ones);
        MomentumStep.heavyBall(1, 0, 0).apply(parameters, buffer(ones), buffer(new double[20]), 3, 2, TWO);
        assertThat(floats(parameters)).startsWith(1, 1, 1, 0, 0, 1).endsWith(1, 1);
    }
}
