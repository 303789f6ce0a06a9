package io.github.shufflenet4j.guidelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

class EnginesTest {

    private static final Workers ONE = Workers.of(1);
    private static final Workers TWO = Workers.of(2);

    static Stream<Engine> engines() {
        return Stream.of(new ChannelsLastEngine(ONE, false), new ChannelsLastEngine(TWO, false),
                new ChannelsLastEngine(TWO, true), new PlanesEngine(ONE), new PlanesEngine(TWO),
                new OnnxRuntimeEngine(1));
    }

    /**
     * Odd sizes everywhere: channels that fill no vector, groups of three, sums over branches, windows at the border.
     */
    private static Stack stack() {
        Stack stack = new Stack(9, 6);
        int wide = stack.convolution(0, 21, 1, 3, true);
        int left = stack.convolution(wide, 5, 3, 1, true);
        int right = stack.convolution(wide, 5, 1, 1, false);
        int sum = stack.sum(left, right, true);
        int next = stack.convolution(sum, 33, 1, 1, false);
        stack.sum(next, stack.convolution(sum, 33, 3, 1, false), false);
        return stack;
    }

    @ParameterizedTest
    @MethodSource("engines")
    void enginesComputeWhatTheStackSays(Engine engine) {
        float[] expected = reference(stack());
        try (Engine.Prepared prepared = engine.prepare(stack())) {
            for (int run = 0; run < 2; run++) {
                prepared.run();
                float[] actual = prepared.output();
                assertThat(actual).hasSameSizeAs(expected);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).as(engine.name() + " " + i).isCloseTo(expected[i], within(1e-4f));
                }
            }
        }
    }

    /** As in the launcher, whose class path has no ONNX Runtime. */
    @Test
    void onnxRuntimeIsLeftOutWhereItIsAbsent() throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("onnxruntime")).map(EnginesTest::url).toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> workers = loader.loadClass(Workers.class.getName());
            Method all = loader.loadClass(Engine.class.getName()).getMethod("all", workers);
            all.setAccessible(true);
            assertThat((List<?>) all.invoke(null, workers.getMethod("of", int.class).invoke(null, 1))).hasSize(3);
        }
        assertThat(Engine.all(ONE)).hasSize(4);
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    @Test
    void paddedChannelsAreCountedAsComputed() {
        Stack stack = new Stack(2, 16);
        stack.convolution(stack.convolution(0, 8, 3, 1, false), 48, 1, 4, false);
        int lanes = KernelProviders.get().channelsLast().lanes();
        long rounded = (8 + lanes - 1) / lanes * lanes;
        long twelve = (12 + lanes - 1) / lanes * lanes;
        assertThat(new ChannelsLastEngine(ONE, false).computedMacs(stack))
                .hasValue(4 * (9 * 16 * rounded + 4 * 2 * twelve));
    }

    /** By definition, in double precision. */
    static float[] reference(Stack stack) {
        List<double[]> values = new ArrayList<>();
        float[] input = stack.input();
        double[] first = new double[input.length];
        for (int i = 0; i < input.length; i++) {
            first[i] = input[i];
        }
        values.add(first);
        for (int i = 0; i < stack.operations().size(); i++) {
            Stack.Operation operation = stack.operations().get(i);
            double[] out = operation instanceof Stack.Convolution c
                    ? convolution(stack.side(), c, c.weights(i), values.get(c.input()))
                    : sum(values.get(operation.operands().get(0)), values.get(operation.operands().get(1)));
            for (int j = 0; j < out.length; j++) {
                out[j] = operation.relu() ? Math.max(out[j], 0) : out[j];
            }
            values.add(out);
        }
        double[] last = values.get(stack.output());
        float[] output = new float[last.length];
        for (int i = 0; i < output.length; i++) {
            output[i] = (float) last[i];
        }
        return output;
    }

    private static double[] sum(double[] left, double[] right) {
        double[] out = new double[left.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = left[i] + right[i];
        }
        return out;
    }

    private static double[] convolution(int side, Stack.Convolution c, float[] weights, double[] in) {
        double[] out = new double[c.outputs() * side * side];
        int groupInputs = c.inputs() / c.groups();
        int groupOutputs = c.outputs() / c.groups();
        int kernel = c.kernel();
        for (int output = 0; output < c.outputs(); output++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double sum = 0;
                    for (int i = 0; i < groupInputs; i++) {
                        int input = output / groupOutputs * groupInputs + i;
                        for (int row = 0; row < kernel; row++) {
                            for (int column = 0; column < kernel; column++) {
                                int sourceY = y + row - kernel / 2;
                                int sourceX = x + column - kernel / 2;
                                if (sourceY >= 0 && sourceY < side && sourceX >= 0 && sourceX < side) {
                                    sum += in[(input * side + sourceY) * side + sourceX]
                                            * weights[((output * groupInputs + i) * kernel + row) * kernel + column];
                                }
                            }
                        }
                    }
                    out[(output * side + y) * side + x] = sum;
                }
            }
        }
        return out;
    }
}
