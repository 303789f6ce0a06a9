package io.github.shufflenet4j.kernel;

import java.util.Objects;

/**
 * The weights of a matrix product over channels, packed for {@link ChannelsLastKernels}: a pointwise convolution, a
 * classifier, or a full convolution whose windows lie side by side.
 *
 * <p>The outputs, rounded up to whole vectors, form panels of at most {@value #PANEL_VECTORS} vectors. A panel holds
 * its biases, then for each input a row of weights, so that a tile reads it from front to back. Panels belong to parts,
 * as equal as they can be: the share of each thread that works on one image.
 */
public final class PointwiseWeights {

    /** With seven pixels, what 32 registers hold beside a row of weights and one input. */
    static final int PANEL_VECTORS = 3;

    final int lanes;
    final int inputs;
    final float minimum;
    final float[] data;
    /** First vector of each panel, and the end. */
    final int[] panelVector;
    /** Where each panel begins in {@link #data}. */
    private final int[] panelAt;
    /** First panel of each part, and the end. */
    private final int[] partPanel;

    private PointwiseWeights(int lanes, int inputs, boolean relu, float[] data, int[] panelVector, int[] panelAt,
                             int[] partPanel) {
        this.lanes = lanes;
        this.inputs = inputs;
        this.minimum = relu ? 0 : Float.NEGATIVE_INFINITY;
        this.data = data;
        this.panelVector = panelVector;
        this.panelAt = panelAt;
        this.partPanel = partPanel;
    }

    /**
     * Packs weights.
     *
     * @param lanes   of the kernels that use them
     * @param parts   number of parts, at least 1
     * @param weights {@code [outputs, inputs]}
     * @param bias    one for each output
     * @param relu    whether negative results become 0
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static PointwiseWeights pack(int lanes, int parts, float[] weights, int inputs, float[] bias, boolean relu) {
        Objects.requireNonNull(weights, "weights");
        int outputs = bias.length;
        if (lanes < 1 || parts < 1 || inputs < 1 || outputs < 1 || weights.length != (long) outputs * inputs) {
            throw new IllegalArgumentException("lanes " + lanes + ", parts " + parts + ", " + weights.length
                + " weights for " + inputs + " inputs and " + outputs + " outputs");
        }
        int vectors = (outputs + lanes - 1) / lanes;
        int[] panelVector = new int[vectors + 1];
        int[] partPanel = new int[parts + 1];
        int panels = 0;
        for (int part = 0; part < parts; part++) {
            partPanel[part] = panels;
            int end = (int) ((long) vectors * (part + 1) / parts);
            for (int vector = (int) ((long) vectors * part / parts); vector < end;) {
                panelVector[panels++] = vector;
                vector += panelWidth(end - vector);
            }
        }
        partPanel[parts] = panels;
        panelVector = java.util.Arrays.copyOf(panelVector, panels + 1);
        panelVector[panels] = vectors;

        float[] data = new float[Math.multiplyExact((inputs + 1) * vectors, lanes)];
        int[] panelAt = new int[panels];
        int at = 0;
        for (int panel = 0; panel < panels; panel++) {
            panelAt[panel] = at;
            int first = panelVector[panel] * lanes;
            int width = panelVector[panel + 1] * lanes - first;
            int filled = Math.min(width, outputs - first);
            System.arraycopy(bias, first, data, at, filled);
            at += width;
            for (int input = 0; input < inputs; input++, at += width) {
                for (int i = 0; i < filled; i++) {
                    data[at + i] = weights[(first + i) * inputs + input];
                }
            }
        }
        return new PointwiseWeights(lanes, inputs, relu, data, panelVector, panelAt, partPanel);
    }

    /** Threes as far as possible, but no single vector at the end where two pairs do. */
    private static int panelWidth(int left) {
        return left == PANEL_VECTORS + 1 ? 2 : Math.min(PANEL_VECTORS, left);
    }

    /** Floats of a result: the outputs, rounded up to whole vectors. */
    public int paddedOutputs() {
        return panelVector[panelVector.length - 1] * lanes;
    }

    /** Number of panels. */
    public int panels() {
        return panelAt.length;
    }

    /** First panel of a part; that of the part after the last one is the end. */
    public int firstPanel(int part) {
        return partPanel[part];
    }

    /** First output of a panel; that of the panel after the last one is {@link #paddedOutputs()}. */
    public int firstOutput(int panel) {
        return panelVector[panel] * lanes;
    }

    /** {@link #minimum} as an integer that is below or above other floats' bits as it is below or above them. */
    int minimumBits() {
        return minimum == 0 ? 0 : Integer.MIN_VALUE;
    }

    int panelAt(int panel) {
        return panelAt[panel];
    }
}
