package io.github.shufflenet4j.guidelines;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.guidelines.Stack.Convolution;
import io.github.shufflenet4j.guidelines.Stack.Operation;
import io.github.shufflenet4j.guidelines.Stack.Sum;
import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.conv.ConvNormKernel;
import io.github.shufflenet4j.kernel.conv.ConvShape;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** This library's kernels for DL4J's layers: NCHW, in direct buffers, with fused batch norm and ReLU. */
final class PlanesEngine implements Engine {

    private static final float EPSILON = 1e-5f;
    /** Floats of a sum that are copied to the heap at a time. */
    private static final int CHUNK = 1 << 12;

    private final Workers workers;

    PlanesEngine(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "NCHW";
    }

    @Override
    public String description() {
        return "This library's kernels for DL4J's layers, NCHW, with fused batch norm and ReLU."
                + " Groups of a convolution are computed one by one.";
    }

    @Override
    public Prepared prepare(Stack stack) {
        return new Plan(stack);
    }

    static FloatBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private final class Plan implements Prepared {

        private final Stack stack;
        private final int[] slots;
        private final FloatBuffer[] memory;
        private final List<Runnable> steps = new ArrayList<>();

        Plan(Stack stack) {
            this.stack = stack;
            this.slots = stack.slots();
            this.memory = Arrays.stream(Stack.slotSizes(slots, value -> stack.channels(value) * stack.pixels()))
                    .mapToObj(PlanesEngine::buffer).toArray(FloatBuffer[]::new);
            for (int i = 0; i < stack.operations().size(); i++) {
                Operation operation = stack.operations().get(i);
                steps.add(operation instanceof Convolution c ? convolution(c, i) : sum((Sum) operation, i));
            }
            memory[0].put(0, stack.input());
        }

        private FloatBuffer planes(int value, int from, int count) {
            return memory[slots[value]].slice(from * stack.pixels(), count * stack.pixels());
        }

        private Runnable convolution(Convolution c, int index) {
            float[] all = c.weights(index);
            ConvShape shape = new ConvShape(c.groupInputs(), c.groupOutputs(), c.kernel(), 1, c.kernel() / 2, 1,
                    stack.side(), stack.side());
            List<Runnable> groups = new ArrayList<>();
            for (int group = 0; group < c.groups(); group++) {
                ConvNormKernel kernel = ConvNormKernel.of(shape, c.relu() ? Activation.RELU : Activation.IDENTITY,
                        EPSILON, workers);
                FloatBuffer in = planes(c.input(), group * c.groupInputs(), c.groupInputs());
                FloatBuffer out = planes(index + 1, group * c.groupOutputs(), c.groupOutputs());
                float[] weights = Arrays.copyOfRange(all, group * shape.weights(), (group + 1) * shape.weights());
                float[] ones = filled(c.groupOutputs(), 1);
                float[] zeros = new float[c.groupOutputs()];
                float[] variance = filled(c.groupOutputs(), 1 - EPSILON);
                groups.add(() -> kernel.forwardInference(1, in, weights, ones, zeros, zeros, variance, out));
            }
            return () -> groups.forEach(Runnable::run);
        }

        private static float[] filled(int length, float value) {
            float[] array = new float[length];
            Arrays.fill(array, value);
            return array;
        }

        private Runnable sum(Sum sum, int index) {
            FloatBuffer left = memory[slots[sum.left()]];
            FloatBuffer right = memory[slots[sum.right()]];
            FloatBuffer out = memory[slots[index + 1]];
            int size = stack.channels(index + 1) * stack.pixels();
            float floor = sum.relu() ? 0 : Float.NEGATIVE_INFINITY;
            float[][][] operands = new float[workers.size()][2][CHUNK];
            return () -> workers.parallelFor(operands.length, band -> {
                float[] a = operands[band][0];
                float[] b = operands[band][1];
                int end = (int) ((long) size * (band + 1) / operands.length);
                for (int at = (int) ((long) size * band / operands.length); at < end; at += CHUNK) {
                    int length = Math.min(CHUNK, end - at);
                    left.get(at, a, 0, length);
                    right.get(at, b, 0, length);
                    for (int i = 0; i < length; i++) {
                        a[i] = Math.max(a[i] + b[i], floor);
                    }
                    out.put(at, a, 0, length);
                }
            });
        }

        @Override
        public void run() {
            steps.forEach(Runnable::run);
        }

        @Override
        public float[] output() {
            float[] output = new float[stack.channels(stack.output()) * stack.pixels()];
            memory[slots[stack.output()]].get(0, output);
            return output;
        }
    }
}
