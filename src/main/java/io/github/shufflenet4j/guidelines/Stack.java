package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

import io.github.shufflenet4j.model.cost.Cost;

/**
 * A network of the paper's experiments: convolutions and sums of one image, whose planes have the same size throughout.
 * Value 0 is the input, value {@code i + 1} the result of operation {@code i}; the last value is the output. Methods
 * that add an operation return the number of its value.
 */
final class Stack {

    private final int side;
    private final List<Integer> channels = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();

    /** A stack without operations, for planes of {@code side} x {@code side}. */
    Stack(int side, int channels) {
        this.side = side;
        this.channels.add(channels);
    }

    /** An operation, with or without ReLU at its end. */
    sealed interface Operation permits Convolution, Sum {

        /** The numbers of the values that it reads. */
        List<Integer> operands();

        boolean relu();
    }

    /** A convolution of stride 1, zero-padded; {@code kernel} is 1 or 3, and {@code groups} 1 if it is 3. */
    record Convolution(int input, int inputs, int outputs, int kernel, int groups, boolean relu)
            implements Operation {

        Convolution {
            if (inputs % groups != 0 || outputs % groups != 0 || (kernel != 1 && (kernel != 3 || groups != 1))) {
                throw new IllegalArgumentException("unsupported convolution: " + inputs + " to " + outputs
                        + " channels, kernel " + kernel + ", groups " + groups);
            }
        }

        @Override
        public List<Integer> operands() {
            return List.of(input);
        }

        int groupInputs() {
            return inputs / groups;
        }

        int groupOutputs() {
            return outputs / groups;
        }

        /** {@code [outputs, inputs / groups, kernel, kernel]}, scaled to keep the size of activations. */
        float[] weights(long seed) {
            int fanIn = groupInputs() * kernel * kernel;
            Random random = new Random(seed);
            float[] weights = new float[outputs * fanIn];
            double limit = Math.sqrt(3.0 / fanIn);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (limit * (2 * random.nextDouble() - 1));
            }
            return weights;
        }
    }

    record Sum(int left, int right, boolean relu) implements Operation {

        @Override
        public List<Integer> operands() {
            return List.of(left, right);
        }
    }

    int convolution(int input, int outputs, int kernel, int groups, boolean relu) {
        return add(new Convolution(input, channels.get(input), outputs, kernel, groups, relu), outputs);
    }

    int pointwise(int input, int outputs) {
        return convolution(input, outputs, 1, 1, false);
    }

    int sum(int left, int right, boolean relu) {
        return add(new Sum(left, right, relu), channels.get(left));
    }

    private int add(Operation operation, int outputs) {
        operations.add(operation);
        channels.add(outputs);
        return output();
    }

    int side() {
        return side;
    }

    int pixels() {
        return side * side;
    }

    List<Operation> operations() {
        return operations;
    }

    List<Convolution> convolutions() {
        return operations.stream().filter(Convolution.class::isInstance).map(Convolution.class::cast).toList();
    }

    int channels(int value) {
        return channels.get(value);
    }

    int output() {
        return operations.size();
    }

    /** The content of value 0, {@code [channels, side, side]}. */
    float[] input() {
        Random random = new Random(channels.get(0));
        float[] input = new float[channels.get(0) * pixels()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        return input;
    }

    /** A memory slot for each value: values share one if they are not live at the same time. The input has its own. */
    int[] slots() {
        int[] lastReader = new int[operations.size() + 1];
        for (int i = 0; i < operations.size(); i++) {
            for (int operand : operations.get(i).operands()) {
                lastReader[operand] = i;
            }
        }
        int[] slots = new int[operations.size() + 1];
        List<Boolean> taken = new ArrayList<>(List.of(true));
        for (int i = 0; i < operations.size(); i++) {
            int slot = taken.indexOf(false);
            if (slot < 0) {
                slot = taken.size();
                taken.add(true);
            }
            taken.set(slot, true);
            slots[i + 1] = slot;
            for (int operand : operations.get(i).operands()) {
                if (operand > 0 && lastReader[operand] == i) {
                    taken.set(slots[operand], false);
                }
            }
        }
        return slots;
    }

    /** The size of each memory slot: the largest {@code size} of its values. */
    static int[] slotSizes(int[] slots, IntUnaryOperator size) {
        int[] sizes = new int[slots.length];
        int count = 0;
        for (int value = 0; value < slots.length; value++) {
            sizes[slots[value]] = Math.max(sizes[slots[value]], size.applyAsInt(value));
            count = Math.max(count, slots[value] + 1);
        }
        return Arrays.copyOf(sizes, count);
    }

    /** The cost of the stack, see {@link Engine#separateRelu}. */
    Cost cost(boolean separateRelu) {
        Cost cost = Cost.NONE;
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            long size = (long) channels.get(i + 1) * pixels();
            cost = cost.plus(operation instanceof Convolution c
                    ? Cost.convolution(pixels(), c.inputs(), c.outputs(), c.kernel(), c.groups())
                    : Cost.elementWise(operation.operands().size(), size));
            if (separateRelu && operation.relu()) {
                cost = cost.plus(Cost.elementWise(1, size));
            }
        }
        return cost;
    }
}
