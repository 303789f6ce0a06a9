package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The first convolution, 3x3 at stride 2, and the max pooling behind it, row by row: three rows of the image and three
 * of the convolution's outputs are kept, each in the place of the row three before.
 */
final class StemStep implements PlanStep {

    private static final int WINDOW = 3;

    private final int channels;
    private final Plane input;
    private final Plane convolved;
    private final Plane pooled;
    private final PointwiseWeights weights;
    private final StageArray output;
    private final PaddedRows inputRows;
    private final PaddedRows outputRows;

    /**
     * @param channels of the image
     * @param weights  of the convolution
     * @param output   takes the pooled pixels
     */
    StemStep(int channels, Plane input, PointwiseWeights weights, StageArray output) {
        this.channels = channels;
        this.input = input;
        this.convolved = input.halved();
        this.pooled = convolved.halved();
        this.weights = weights;
        this.output = output;
        this.inputRows = new PaddedRows(input.width(), 1);
        this.outputRows = new PaddedRows(convolved.width(), weights.paddedOutputs());
    }

    @Override
    public boolean grouped() {
        return false;
    }

    @Override
    public void reserve(Workspace.Sizes sizes) {
        output.reserve(sizes);
        // Behind the kept rows of each, a row of zeros for what lies outside.
        sizes.gathered(inputRows.row(WINDOW * channels + 1));
        sizes.scratch(Schedule.ROWS, outputRows.row(WINDOW + 1), 0, 0);
        sizes.windows(WINDOW * channels);
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] kept = workspace.of(share.member()).gathered;
        float[] rows = workspace.of(share.member()).middle;
        int[] windows = workspace.of(share.member()).windows;
        int pitch = outputRows.pitch();
        inputRows.clear(kept, 0, WINDOW * channels, 0, 1);
        outputRows.clear(rows, 0, WINDOW, 0, pitch);
        for (int row = 0; row < WINDOW * channels; row++) {
            inputRows.clearPadding(kept, 0, row, 0, 1);
        }
        for (int row = 0; row < WINDOW; row++) {
            outputRows.clearPadding(rows, 0, row, 0, pitch);
        }
        int end = share.endRow(Schedule.ROWS, pooled.height());
        int y = share.firstRow(Schedule.ROWS, pooled.height());
        int done = Math.max(0, 2 * y - 1);
        int read = Math.max(0, 2 * done - 1);
        for (; y < end; y++) {
            for (int last = Math.min(2 * y + 1, convolved.height() - 1); done <= last; done++) {
                for (int below = Math.min(2 * done + 1, input.height() - 1); read <= below; read++) {
                    read(workspace, image, read, kept);
                }
                for (int row = 0; row < windows.length; row++) {
                    int source = 2 * done - 1 + row % WINDOW;
                    windows[row] = source < 0 || source >= input.height()
                            ? inputRows.row(WINDOW * channels)
                            : inputRows.row(row / WINDOW * WINDOW + source % WINDOW);
                }
                kernels.windows(kept, windows, convolved.width(), weights, rows, outputRows.at(done % WINDOW), pitch);
            }
            // Behind a ReLU, zeros are as good as nothing to a maximum.
            int outside = outputRows.row(WINDOW);
            int above = y == 0 ? outside : outputRows.row((2 * y - 1) % WINDOW);
            int below = 2 * y + 1 < convolved.height() ? outputRows.row((2 * y + 1) % WINDOW) : outside;
            kernels.maxPool(rows, above, outputRows.row(2 * y % WINDOW), below, pitch, pitch / kernels.lanes(),
                    pooled.width(), output.of(workspace), y * pooled.width() * pitch, pitch);
        }
    }

    /** Takes a row of all planes of the image. */
    private void read(Workspace workspace, int image, int row, float[] kept) {
        for (int channel = 0; channel < channels; channel++) {
            int from = ((image * channels + channel) * input.height() + row) * input.width();
            System.arraycopy(workspace.input, workspace.inputAt + from, kept,
                    inputRows.at(channel * WINDOW + row % WINDOW), input.width());
        }
    }
}
