package io.github.shufflenet4j.kernel;

import java.util.Arrays;
import java.util.Objects;

/**
 * The weights of a matrix product over channels, packed for {@link ChannelsLastKernels}: a pointwise convolution, a
 * classifier, or a full convolution whose windows lie side by side.
 *
 * <p>The outputs, rounded up to whole vectors, form panels of as many vectors as {@link WeightPacking} says. A panel
 * holds its biases, then for each input a row of weights, so that a tile reads it from front to back. Panels belong to
 * shares, as equal as they can be, one for each thread that works on an image.
 */
public final class PointwiseWeights {

    private final int lanes;
    private final int inputs;
    private final boolean relu;
    private final float[] data;
    /** First vector of each panel, and the end. */
    private final int[] panelVector;
    private final int[] panelAt;
    /** First panel of each share, and the end. */
    private final int[] sharePanel;

    private PointwiseWeights(WeightArray array, WeightPacking packing, int shares, float[] weights, int inputs,
                             float[] bias, boolean relu) {
        this.lanes = packing.lanes();
        this.inputs = inputs;
        this.relu = relu;
        int outputs = bias.length;
        int vectors = Rounding.ceilDiv(outputs, lanes);
        int[] starts = new int[vectors + 1];
        this.sharePanel = new int[shares + 1];
        int panels = 0;
        for (int share = 0; share < shares; share++) {
            sharePanel[share] = panels;
            int end = (int) ((long) vectors * (share + 1) / shares);
            for (int vector = (int) ((long) vectors * share / shares); vector < end;) {
                starts[panels++] = vector;
                vector += packing.next(end - vector);
            }
        }
        sharePanel[shares] = panels;
        starts[panels] = vectors;
        this.panelVector = Arrays.copyOf(starts, panels + 1);
        this.data = array.floats();
        this.panelAt = new int[panels];
        int at = array.take(packedLength(lanes, inputs, outputs));
        for (int panel = 0; panel < panels; panel++) {
            panelAt[panel] = at;
            int first = firstOutput(panel);
            int width = firstOutput(panel + 1) - first;
            int filled = Math.min(width, outputs - first);
            System.arraycopy(bias, first, data, at, filled);
            at += width;
            for (int input = 0; input < inputs; input++, at += width) {
                for (int i = 0; i < filled; i++) {
                    data[at + i] = weights[(first + i) * inputs + input];
                }
            }
        }
    }

    /** Packs weights into an array of their own, as the method below packs them into one of several layers. */
    public static PointwiseWeights pack(WeightPacking packing, int shares, float[] weights, int inputs, float[] bias,
                                        boolean relu) {
        int length = inputs < 1 ? 0 : packedLength(packing.lanes(), inputs, bias.length);
        return pack(WeightArray.of(length, 1), packing, shares, weights, inputs, bias, relu);
    }

    /** Floats of packed weights and biases. */
    public static int packedLength(int lanes, int inputs, int outputs) {
        return Math.multiplyExact(inputs + 1, Rounding.up(outputs, lanes));
    }

    /**
     * Packs weights.
     *
     * @param array   takes them
     * @param packing of the kernels that use them
     * @param shares  number of shares, at least 1
     * @param weights {@code [outputs, inputs]}
     * @param bias    one for each output
     * @param relu    whether negative results become 0
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static PointwiseWeights pack(WeightArray array, WeightPacking packing, int shares, float[] weights,
                                        int inputs, float[] bias, boolean relu) {
        Objects.requireNonNull(weights, "weights");
        int outputs = bias.length;
        if (shares < 1 || inputs < 1 || outputs < 1 || weights.length != (long) outputs * inputs) {
            throw new IllegalArgumentException("shares " + shares + ", " + weights.length + " weights for " + inputs
                + " inputs and " + outputs + " outputs");
        }
        return new PointwiseWeights(array, packing, shares, weights, inputs, bias, relu);
    }

    public int inputs() {
        return inputs;
    }

    /** The array that the panels are in, not copied. */
    public float[] data() {
        return data;
    }

    /** Floats of a result: the outputs, rounded up to whole vectors. */
    public int paddedOutputs() {
        return firstOutput(panels());
    }

    /** Number of panels. */
    public int panels() {
        return panelAt.length;
    }

    /** First panel of a share; that of the share after the last one is the end. */
    public int firstPanel(int share) {
        return sharePanel[share];
    }

    /** First output of a panel; that of the panel after the last one is {@link #paddedOutputs()}. */
    public int firstOutput(int panel) {
        return panelVector[panel] * lanes;
    }

    /** Where a panel begins in {@link #data}. */
    public int panelAt(int panel) {
        return panelAt[panel];
    }

    /** Whether negative results become 0. */
    public boolean relu() {
        return relu;
    }
}
