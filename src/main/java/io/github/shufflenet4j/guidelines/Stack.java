package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.shufflenet4j.model.cost.Cost;

/**
 * Convolutions and sums of one image, whose planes have the same size throughout: what the paper's experiments stack.
 * Value 0 is the input, value {@code i + 1} the result of operation {@code i}; the last one is the output.
 */
final class Stack {

    private final int side;
    private final List<Integer> channels;
    private final List<Operation> operations;

    private Stack(int side, List<Integer> channels, List<Operation> operations) {
        this.side = side;
        this.channels = List.copyOf(channels);
        this.operations = List.copyOf(operations);
    }

    /** One step. */
    sealed interface Operation permits Convolution, Sum {

        /** The values that it reads. */
        List<Integer> operands();

        /** Whether its negative results become 0. */
        boolean relu();
    }

    /**
     * A convolution of stride 1 that keeps the size of the planes.
     *
     * @param input   the value that it reads
     * @param inputs  channels in
     * @param outputs channels out
     * @param kernel  1 or 3
     * @param groups  1, if the kernel is 3
     */
    record Convolution(int input, int inputs, int outputs, int kernel, int groups, boolean relu)
            implements Operation {

        Convolution {
            if (inputs % groups != 0 || outputs % groups != 0 || (kernel != 1 && (kernel != 3 || groups != 1))) {
                throw new IllegalArgumentException("no such convolution here: " + inputs + " to " + outputs
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

        /** {@code [outputs, inputs / groups, kernel, kernel]}, of a size that keeps that of the activations. */
        float[] weights(long seed) {
            int fanIn = groupInputs() * kernel * kernel;
            Random random = new Random(seed);
            float[] weights = new float[outputs * fanIn];
            double reach = Math.sqrt(3.0 / fanIn);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (reach * (2 * random.nextDouble() - 1));
            }
            return weights;
        }
    }

    /** The sum of two values. */
    record Sum(int left, int right, boolean relu) implements Operation {

        @Override
        public List<Integer> operands() {
            return List.of(left, right);
        }
    }

    static Builder builder(int side, int channels) {
        return new Builder(side, channels);
    }

    /** Operations, one after the other; each method gives the number of the new value. */
    static final class Builder {

        private final int side;
        private final List<Integer> channels = new ArrayList<>();
        private final List<Operation> operations = new ArrayList<>();

        private Builder(int side, int channels) {
            this.side = side;
            this.channels.add(channels);
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
            return operations.size();
        }

        Stack build() {
            return new Stack(side, channels, operations);
        }
    }

    /** Height and width of all planes. */
    int side() {
        return side;
    }

    int pixels() {
        return side * side;
    }

    List<Operation> operations() {
        return operations;
    }

    /** Channels of a value. */
    int channels(int value) {
        return channels.get(value);
    }

    /** The number of the last value. */
    int output() {
        return operations.size();
    }

    /** The input, {@code [channels, side, side]}. */
    float[] input() {
        Random random = new Random(channels.get(0));
        float[] input = new float[channels.get(0) * pixels()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        return input;
    }

    /**
     * A place in memory for each value, such that values whose places are equal are not needed at the same time, as
     * runtimes do it. The input keeps its own.
     */
    int[] places() {
        int[] lastReader = new int[operations.size() + 1];
        for (int i = 0; i < operations.size(); i++) {
            for (int operand : operations.get(i).operands()) {
                lastReader[operand] = i;
            }
        }
        int[] places = new int[operations.size() + 1];
        List<Boolean> taken = new ArrayList<>(List.of(true));
        for (int i = 0; i < operations.size(); i++) {
            int place = taken.indexOf(false);
            if (place < 0) {
                place = taken.size();
                taken.add(true);
            }
            taken.set(place, true);
            places[i + 1] = place;
            for (int operand : operations.get(i).operands()) {
                if (operand > 0 && lastReader[operand] == i) {
                    taken.set(places[operand], false);
                }
            }
        }
        return places;
    }

    /**
     * What it costs.
     *
     * @param passes whether a ReLU is a pass over memory by itself, and not part of the operation before it
     */
    Cost cost(boolean passes) {
        Cost cost = Cost.NONE;
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            long size = (long) channels.get(i + 1) * pixels();
            cost = cost.plus(operation instanceof Convolution c
                    ? Cost.convolution(pixels(), c.inputs(), c.outputs(), c.kernel(), c.groups())
                    : Cost.elementWise(operation.operands().size(), size));
            if (passes && operation.relu()) {
                cost = cost.plus(Cost.elementWise(1, size));
            }
        }
        return cost;
    }
}
