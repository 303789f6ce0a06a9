package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

import io.github.shufflenet4j.guidelines.Stack.Convolution;
import io.github.shufflenet4j.guidelines.Stack.Operation;
import io.github.shufflenet4j.guidelines.Stack.Sum;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/** This library's kernels for prediction: channels last, padded to whole vectors, on heap arrays. */
final class ChannelsLastEngine implements Engine {

    private static final int WINDOW = 3;

    private final ChannelsLastKernels kernels = KernelProviders.get().channelsLast();
    private final Workers workers;
    private final boolean separateRelu;

    ChannelsLastEngine(Workers workers, boolean separateRelu) {
        this.workers = workers;
        this.separateRelu = separateRelu;
    }

    @Override
    public String name() {
        return separateRelu ? "channels last (separate ReLU)" : "channels last";
    }

    @Override
    public String description() {
        return "This library's kernels for prediction, channels last, "
                + (separateRelu ? "with ReLU as a pass over memory of its own." : "with fused ReLU.")
                + " Groups of a convolution are computed one by one.";
    }

    @Override
    public boolean separateRelu() {
        return separateRelu;
    }

    @Override
    public OptionalLong computedMacs(Stack stack) {
        return OptionalLong.of(stack.convolutions().stream().mapToLong(this::macsPerPixel).sum() * stack.pixels());
    }

    private long macsPerPixel(Convolution c) {
        int inputs = c.kernel() == 1 ? c.groupInputs() : WINDOW * columnPitch(c);
        return (long) c.groups() * inputs * roundUp(c.groupOutputs());
    }

    /** Three pixels above each other, with room for whole vectors in the copy of the last one. */
    private int columnPitch(Convolution c) {
        return (WINDOW - 1) * c.inputs() + roundUp(c.inputs());
    }

    @Override
    public Prepared prepare(Stack stack) {
        return new Plan(stack);
    }

    private int roundUp(int floats) {
        return Rounding.up(floats, kernels.lanes());
    }

    /** An operation on the rows from {@code from} to {@code to}, by the band's thread. */
    @FunctionalInterface
    private interface Step {
        void run(int band, int from, int to);
    }

    private final class Plan implements Prepared {

        private final Stack stack;
        private final int side;
        private final int bands = workers.size();
        private final int[] pitches;
        private final int[] slots;
        private final float[][] memory;
        private final List<Step> steps = new ArrayList<>();

        Plan(Stack stack) {
            this.stack = stack;
            this.side = stack.side();
            this.slots = stack.slots();
            this.pitches = new int[stack.output() + 1];
            this.pitches[0] = roundUp(stack.channels(0));
            for (int i = 0; i < stack.operations().size(); i++) {
                pitches[i + 1] = pitch(stack.operations().get(i));
            }
            this.memory = Arrays.stream(Stack.slotSizes(slots, value ->
                    stack.pixels() * pitches[value] + kernels.lanes())).mapToObj(float[]::new).toArray(float[][]::new);
            for (int i = 0; i < stack.operations().size(); i++) {
                add(stack.operations().get(i), i);
            }
            float[] input = stack.input();
            for (int channel = 0; channel < stack.channels(0); channel++) {
                for (int pixel = 0; pixel < stack.pixels(); pixel++) {
                    memory[0][pixel * pitches[0] + channel] = input[channel * stack.pixels() + pixel];
                }
            }
        }

        /** The last group writes whole vectors from its first channel on. */
        private int pitch(Operation operation) {
            return operation instanceof Convolution c
                    ? roundUp(c.outputs() - c.groupOutputs() + roundUp(c.groupOutputs()))
                    : pitches[operation.operands().get(0)];
        }

        private float[] array(int value) {
            return memory[slots[value]];
        }

        private void add(Operation operation, int index) {
            if (operation instanceof Convolution c) {
                steps.add(c.kernel() == 1 ? pointwise(c, index) : windows(c, index));
            } else {
                steps.add(sum((Sum) operation, index));
            }
            if (separateRelu && operation.relu()) {
                steps.add(relu(index + 1));
            }
        }

        private Step pointwise(Convolution c, int index) {
            float[] all = c.weights(index);
            int size = c.groupOutputs() * c.groupInputs();
            PointwiseWeights[] groups = new PointwiseWeights[c.groups()];
            for (int group = 0; group < groups.length; group++) {
                float[] weights = Arrays.copyOfRange(all, group * size, (group + 1) * size);
                groups[group] = PointwiseWeights.pack(kernels.packing(), 1, weights, c.groupInputs(),
                        new float[c.groupOutputs()], c.relu() && !separateRelu);
            }
            float[] in = array(c.input());
            float[] out = array(index + 1);
            int inPitch = pitches[c.input()];
            int outPitch = pitches[index + 1];
            return (band, from, to) -> {
                for (int group = 0; group < groups.length; group++) {
                    kernels.pointwise(in, from * side * inPitch + group * c.groupInputs(), side * inPitch, inPitch,
                            to - from, side, groups[group], 0, groups[group].panels(),
                            out, from * side * outPitch + group * c.groupOutputs(), side * outPitch, outPitch);
                }
            };
        }

        private Step windows(Convolution c, int index) {
            int columnPitch = columnPitch(c);
            PointwiseWeights weights = PointwiseWeights.pack(kernels.packing(), 1, byColumns(c, index, columnPitch),
                    WINDOW * columnPitch, new float[c.outputs()], c.relu() && !separateRelu);
            // Columns of three pixels, with a column of zeros at either end.
            float[][] columns = new float[bands][(side + 2) * columnPitch + kernels.lanes()];
            float[] zeros = new float[roundUp(c.inputs())];
            float[] in = array(c.input());
            float[] out = array(index + 1);
            int inPitch = pitches[c.input()];
            int outPitch = pitches[index + 1];
            return (band, from, to) -> {
                for (int y = from; y < to; y++) {
                    for (int row = 0; row < WINDOW; row++) {
                        int source = y + row - 1;
                        boolean inside = source >= 0 && source < side;
                        kernels.copy(inside ? in : zeros, inside ? source * side * inPitch : 0, inside ? inPitch : 0,
                                side, c.inputs(), columns[band], columnPitch + row * c.inputs(), columnPitch);
                    }
                    kernels.pointwise(columns[band], 0, 0, columnPitch, 1, side, weights, 0, weights.panels(),
                            out, y * side * outPitch, side * outPitch, outPitch);
                }
            };
        }

        /** Weights in the order column, row, channel of the window, with zeros for the padding of a column. */
        private float[] byColumns(Convolution c, int index, int columnPitch) {
            float[] weights = c.weights(index);
            float[] sorted = new float[c.outputs() * WINDOW * columnPitch];
            int at = 0;
            for (int output = 0; output < c.outputs(); output++) {
                for (int input = 0; input < c.inputs(); input++) {
                    for (int row = 0; row < WINDOW; row++) {
                        for (int column = 0; column < WINDOW; column++) {
                            sorted[(output * WINDOW + column) * columnPitch + row * c.inputs() + input] = weights[at++];
                        }
                    }
                }
            }
            return sorted;
        }

        private Step sum(Sum sum, int index) {
            float[] left = array(sum.left());
            float[] right = array(sum.right());
            float[] out = array(index + 1);
            int row = side * pitches[index + 1];
            float floor = sum.relu() && !separateRelu ? 0 : Float.NEGATIVE_INFINITY;
            return (band, from, to) -> {
                for (int i = from * row; i < to * row; i++) {
                    out[i] = Math.max(left[i] + right[i], floor);
                }
            };
        }

        private Step relu(int value) {
            float[] array = array(value);
            int row = side * pitches[value];
            return (band, from, to) -> {
                for (int i = from * row; i < to * row; i++) {
                    array[i] = Math.max(array[i], 0);
                }
            };
        }

        @Override
        public void run() {
            for (Step step : steps) {
                workers.parallelFor(bands, band -> step.run(band, side * band / bands, side * (band + 1) / bands));
            }
        }

        @Override
        public float[] output() {
            int value = stack.output();
            float[] output = new float[stack.channels(value) * stack.pixels()];
            for (int channel = 0; channel < stack.channels(value); channel++) {
                for (int pixel = 0; pixel < stack.pixels(); pixel++) {
                    output[channel * stack.pixels() + pixel] = array(value)[pixel * pitches[value] + channel];
                }
            }
            return output;
        }
    }
}
