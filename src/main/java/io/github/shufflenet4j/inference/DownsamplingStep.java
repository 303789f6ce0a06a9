package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/** A unit of stride 2: both branches, from the inputs gathered once. */
final class DownsamplingStep implements PlanStep {

    private final Plane input;
    private final Plane output;
    private final Schedule schedule;
    private final int band;
    private final StageArray from;
    private final StageArray to;
    private final DownsamplingWeights weights;
    private final PaddedRows gathered;
    private final PaddedRows middle;

    /**
     * @param band rows of outputs in a band; all of them where members take channels
     * @param from holds the inputs
     * @param to   takes the outputs
     */
    DownsamplingStep(Plane input, Schedule schedule, int band, StageArray from, StageArray to,
                     DownsamplingWeights weights) {
        this.input = input;
        this.output = input.halved();
        this.schedule = schedule;
        this.band = band;
        this.from = from;
        this.to = to;
        this.weights = weights;
        this.gathered = new PaddedRows(input.width(), weights.gather().pitch());
        this.middle = new PaddedRows(input.width(), weights.main().middlePitch());
    }

    @Override
    public boolean grouped() {
        return false;
    }

    @Override
    public void reserve(Workspace.Sizes sizes) {
        int rows = 2 * band + 1;
        long pixels = (long) band * output.width();
        to.reserve(sizes);
        sizes.gathered(gathered.row(rows));
        sizes.scratch(schedule, middle.row(rows), pixels * middle.pitch(), pixels * weights.projectedPitch());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] rows = workspace.of(share.member()).gathered;
        Workspace.Scratch scratch = schedule.scratch(workspace, share.member());
        UnitWeights main = weights.main();
        PointwiseWeights expand = main.expand();
        int fromChannel = expand.firstOutput(share.firstPanel(schedule, expand));
        int toChannel = expand.firstOutput(share.endPanel(schedule, expand));
        int end = share.endRow(schedule, output.height());
        int y = share.firstRow(schedule, output.height());
        // Row 0 of both buffers is the row above the band's first window.
        int next = 2 * y - 1;
        for (; y < end; y += band) {
            int stop = Math.min(y + band, end);
            int origin = 2 * y - 1;
            int first = Math.max(0, next);
            int last = Math.min(2 * stop, input.height());
            if (next > origin) {
                System.arraycopy(rows, gathered.row(2 * band), rows, 0, gathered.rowPitch());
                System.arraycopy(scratch.middle, middle.row(2 * band), scratch.middle, 0, middle.rowPitch());
            }
            if (next < 0) {
                gathered.clear(rows, 0, 0, 0, gathered.pitch());
                middle.clear(scratch.middle, 0, 0, fromChannel, toChannel);
            }
            if (2 * stop > input.height()) {
                gathered.clear(rows, 0, input.height() - origin, 0, gathered.pitch());
                middle.clear(scratch.middle, 0, input.height() - origin, fromChannel, toChannel);
            }
            for (int row = first; row < last; row++) {
                weights.gather().run(kernels, from.of(workspace), from.image(image), row * input.width(),
                        input.width(), rows, gathered.at(row - origin));
                gathered.clearPadding(rows, 0, row - origin, 0, gathered.pitch());
                middle.clearPadding(scratch.middle, 0, row - origin, fromChannel, toChannel);
            }
            kernels.pointwise(rows, gathered.at(first - origin), gathered.rowPitch(), gathered.pitch(), last - first,
                    input.width(), expand, share.firstPanel(schedule, expand), share.endPanel(schedule, expand),
                    scratch.middle,
                    middle.at(first - origin), middle.rowPitch(), middle.pitch());
            next = last;
            filter(kernels, share, rows, gathered, weights.depthwise(), stop - y, scratch.projected,
                    weights.projectedPitch());
            filter(kernels, share, scratch.middle, middle, main.depthwise(), stop - y, scratch.filtered,
                    middle.pitch());
            if (schedule == Schedule.CHANNELS) {
                share.await();
            }
            int pixels = (stop - y) * output.width();
            float[] blocks = to.of(workspace);
            int at = to.image(image);
            project(kernels, share, scratch.projected, weights.projectedPitch(), pixels, weights.projection(), blocks,
                    at, weights.projectionOutput(), y);
            project(kernels, share, scratch.filtered, middle.pitch(), pixels, main.project(), blocks, at,
                    weights.mainOutput(), y);
        }
    }

    private void filter(ChannelsLastKernels kernels, Share share, float[] rows, PaddedRows layout,
                        DepthwiseWeights depthwise, int count, float[] out, int pitch) {
        int vectors = depthwise.vectors();
        for (int row = 0; row < count; row++) {
            kernels.depthwise(rows, layout.row(2 * row), layout.row(2 * row + 1), layout.row(2 * row + 2),
                    layout.pitch(), 2, depthwise, share.firstVector(schedule, vectors),
                    share.endVector(schedule, vectors), output.width(), out, row * output.width() * pitch, pitch);
        }
    }

    private void project(ChannelsLastKernels kernels, Share share, float[] filtered, int pitch, int pixels,
                         PointwiseWeights weights, float[] blocks, int at, ChannelBlock block, int y) {
        kernels.pointwise(filtered, 0, 0, pitch, 1, pixels, weights, share.firstPanel(schedule, weights),
                share.endPanel(schedule, weights), blocks, at + block.row(y, output.width()), 0, block.pitch());
    }
}
