package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The first convolution, 3x3 at stride 2, and the max pooling behind it, row by row: three rows of the image and three
 * of the convolution's outputs are kept, each in the place of the row three before. What comes out is padded on all
 * sides, so that the first unit reads it as it is; the padding is never written.
 */
final class StemStep implements PlanStep {

    private static final int WINDOW = 3;

    private final int channels;
    private final SpatialSize input;
    private final SpatialSize convolved;
    private final SpatialSize pooled;
    private final PointwiseWeights weights;
    private final StageBuffer output;
    private final PaddedRows inputRows;
    private final PaddedRows convolvedRows;
    private final PaddedRows outputRows;

    /**
     * @param channels of the image
     * @param weights  of the convolution
     */
    StemStep(int channels, SpatialSize input, PointwiseWeights weights) {
        this.channels = channels;
        this.input = input;
        this.convolved = input.halved();
        this.pooled = convolved.halved();
        this.weights = weights;
        this.inputRows = new PaddedRows(input.width(), 1);
        this.convolvedRows = new PaddedRows(convolved.width(), weights.paddedOutputs());
        this.outputRows = new PaddedRows(pooled.width(), weights.paddedOutputs());
        this.output = new StageBuffer(0, outputRows.row(pooled.height() + 2), 1);
    }

    /** Where the pooled pixels are. */
    StageBuffer output() {
        return output;
    }

    @Override
    public boolean grouped() {
        return false;
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        output.reserve(layout);
        // Behind the kept rows of each, a row of zeros for rows outside.
        layout.gathered(inputRows.row(WINDOW * channels + 1));
        layout.scratch(Split.ROWS, convolvedRows.row(WINDOW + 1), 0, 0);
        layout.taps(WINDOW * WINDOW * channels);
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        int kept = layout.of(share.member()).gathered();
        int rows = layout.of(share.member()).middle();
        int[] taps = workspace.taps[share.member()];
        int pitch = convolvedRows.pitch();
        inputRows.clear(memory, kept, WINDOW * channels, 0, 1);
        convolvedRows.clear(memory, rows, WINDOW, 0, pitch);
        for (int row = 0; row < WINDOW * channels; row++) {
            inputRows.clearPadding(memory, kept, row, 0, 1);
        }
        for (int row = 0; row < WINDOW; row++) {
            convolvedRows.clearPadding(memory, rows, row, 0, pitch);
        }
        int end = share.endRow(Split.ROWS, pooled.height());
        int y = share.firstRow(Split.ROWS, pooled.height());
        int done = Math.max(0, 2 * y - 1);
        int read = Math.max(0, 2 * done - 1);
        for (; y < end; y++) {
            for (int last = Math.min(2 * y + 1, convolved.height() - 1); done <= last; done++) {
                for (int below = Math.min(2 * done + 1, input.height() - 1); read <= below; read++) {
                    read(workspace, image, read, kept);
                }
                for (int row = 0; row < WINDOW * channels; row++) {
                    int source = 2 * done - 1 + row % WINDOW;
                    boolean outside = source < 0 || source >= input.height();
                    int at = kept + inputRows.row(outside ? WINDOW * channels
                            : row / WINDOW * WINDOW + source % WINDOW);
                    for (int column = 0; column < WINDOW; column++) {
                        taps[WINDOW * row + column] = at + column;
                    }
                }
                kernels.windows(memory, taps, convolved.width(), weights, memory,
                        rows + convolvedRows.at(done % WINDOW), pitch);
            }
            // Behind a ReLU, zeros are as good as nothing to a maximum.
            int above = y == 0 ? WINDOW : (2 * y - 1) % WINDOW;
            int below = 2 * y + 1 < convolved.height() ? (2 * y + 1) % WINDOW : WINDOW;
            kernels.maxPool(memory, rows + convolvedRows.row(above), rows + convolvedRows.row(2 * y % WINDOW),
                    rows + convolvedRows.row(below), pitch, pitch / kernels.lanes(), pooled.width(), memory,
                    output.at(layout, image) + outputRows.at(y + 1), pitch);
        }
    }

    /** Takes a row of all planes of the image. */
    private void read(Workspace workspace, int image, int row, int kept) {
        for (int channel = 0; channel < channels; channel++) {
            int from = ((image * channels + channel) * input.height() + row) * input.width();
            System.arraycopy(workspace.input, workspace.inputAt + from, workspace.memory,
                    kept + inputRows.at(channel * WINDOW + row % WINDOW), input.width());
        }
    }
}
