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
     * @param from holds the inputs; padded on all sides if there is nothing to gather
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

    /** Whether the inputs lie side by side already. */
    private boolean readsInPlace() {
        return from.index() == 0;
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        to.reserve(layout);
        int rows = 2 * band + 1;
        long pixels = (long) band * output.width();
        layout.gathered(gathered.row(rows));
        layout.scratch(schedule, middle.row(rows), pixels * middle.pitch(), pixels * weights.projectedPitch());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        Workspace.Scratch scratch = schedule.scratch(layout, share.member());
        UnitWeights main = weights.main();
        PointwiseWeights expand = main.expand();
        int middleAt = scratch.middle();
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
            int rows = rows(kernels, workspace, image, share, next, last, origin);
            if (next > origin) {
                System.arraycopy(memory, middleAt + middle.row(2 * band), memory, middleAt, middle.rowPitch());
            }
            if (next < 0) {
                middle.clear(memory, middleAt, 0, fromChannel, toChannel);
            }
            if (2 * stop > input.height()) {
                middle.clear(memory, middleAt, input.height() - origin, fromChannel, toChannel);
            }
            for (int row = first; row < last; row++) {
                middle.clearPadding(memory, middleAt, row - origin, fromChannel, toChannel);
            }
            kernels.pointwise(memory, rows + gathered.at(first - origin), gathered.rowPitch(), gathered.pitch(),
                    last - first, input.width(), expand, share.firstPanel(schedule, expand),
                    share.endPanel(schedule, expand), memory, middleAt + middle.at(first - origin),
                    middle.rowPitch(), middle.pitch());
            next = last;
            filter(kernels, memory, share, rows, gathered, weights.depthwise(), stop - y, scratch.projected(),
                    weights.projectedPitch());
            filter(kernels, memory, share, middleAt, middle, main.depthwise(), stop - y, scratch.filtered(),
                    middle.pitch());
            if (schedule == Schedule.CHANNELS) {
                share.await();
            }
            int pixels = (stop - y) * output.width();
            int at = to.at(layout, image);
            project(kernels, memory, share, scratch.projected(), weights.projectedPitch(), pixels,
                    weights.projection(), at, weights.projectionOutput(), y);
            project(kernels, memory, share, scratch.filtered(), middle.pitch(), pixels, main.project(), at,
                    weights.mainOutput(), y);
        }
    }

    /** Where the padded inputs of a band are, from row {@code origin} on; gathers rows {@code next} to {@code last}. */
    private int rows(ChannelsLastKernels kernels, Workspace workspace, int image, Share share, int next, int last,
                     int origin) {
        float[] memory = workspace.memory;
        int inputs = from.at(workspace.layout, image);
        if (readsInPlace()) {
            return inputs + gathered.row(origin + 1);
        }
        int rows = workspace.layout.of(share.member()).gathered();
        if (next > origin) {
            System.arraycopy(memory, rows + gathered.row(2 * band), memory, rows, gathered.rowPitch());
        }
        if (next < 0) {
            gathered.clear(memory, rows, 0, 0, gathered.pitch());
        }
        if (last == input.height() && last - origin < 2 * band + 1) {
            gathered.clear(memory, rows, last - origin, 0, gathered.pitch());
        }
        for (int row = Math.max(0, next); row < last; row++) {
            gathered.clearPadding(memory, rows, row - origin, 0, gathered.pitch());
            weights.gather().run(kernels, memory, inputs, row * input.width(), input.width(),
                    rows + gathered.at(row - origin));
        }
        return rows;
    }

    private void filter(ChannelsLastKernels kernels, float[] memory, Share share, int rows, PaddedRows form,
                        DepthwiseWeights depthwise, int count, int out, int pitch) {
        int vectors = depthwise.vectors();
        for (int row = 0; row < count; row++) {
            kernels.depthwise(memory, rows + form.row(2 * row), rows + form.row(2 * row + 1),
                    rows + form.row(2 * row + 2), form.pitch(), 2, depthwise, share.firstVector(schedule, vectors),
                    share.endVector(schedule, vectors), output.width(), memory,
                    out + row * output.width() * pitch, pitch);
        }
    }

    private void project(ChannelsLastKernels kernels, float[] memory, Share share, int filtered, int pitch, int pixels,
                         PointwiseWeights weights, int at, ChannelBlock block, int y) {
        kernels.pointwise(memory, filtered, 0, pitch, 1, pixels, weights, share.firstPanel(schedule, weights),
                share.endPanel(schedule, weights), memory, at + block.row(y, output.width()), 0, block.pitch());
    }
}
