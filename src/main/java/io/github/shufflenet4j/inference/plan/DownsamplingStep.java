package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.UnitStep.MainBranch;
import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * A unit of stride 2: both branches, from the inputs gathered once.
 *
 * @param inputs     of the projection's depthwise convolution; one band of all rows where members take channels
 * @param middle     the input of the main branch's depthwise convolution
 * @param from       holds the inputs; padded on all sides if there is nothing to gather
 * @param to         takes the outputs
 * @param gather     all inputs
 * @param projection the other branch
 */
record DownsamplingStep(Split split, RowBands inputs, RowBands middle, StageBuffer from, StageBuffer to, Gather gather,
                        Projection projection, MainBranch main) implements PlanStep {

    /** The branch of depthwise and pointwise convolution. */
    record Projection(DepthwiseWeights depthwise, PointwiseWeights pointwise, ChannelBlock output) {
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
        long pixels = (long) middle.band() * middle.outWidth();
        layout.gathered(inputs.floats());
        layout.scratch(split, middle.floats(), pixels * middle.pitch(),
                pixels * projection.depthwise().paddedChannels());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        Workspace.Scratch scratch = share.scratch(split, layout);
        PointwiseWeights expand = main.expand();
        int firstPanel = share.firstPanel(split, expand);
        int endPanel = share.endPanel(split, expand);
        int at = to.at(layout, image);
        int end = share.endRow(split, middle.outHeight());
        int y = share.firstRow(split, middle.outHeight());
        int next = middle.above(y);
        for (; y < end; y += middle.band()) {
            int stop = Math.min(y + middle.band(), end);
            int first = Math.max(0, next);
            int last = middle.end(stop);
            int rows = rows(kernels, workspace, image, share, y, stop, next);
            middle.advance(memory, scratch.middle(), y, stop, next, expand.firstOutput(firstPanel),
                    expand.firstOutput(endPanel));
            kernels.pointwise(memory, rows + inputs.at(y, first), inputs.rows().rowPitch(), inputs.pitch(),
                    last - first, inputs.width(), expand, firstPanel, endPanel, memory,
                    scratch.middle() + middle.at(y, first), middle.rows().rowPitch(), middle.pitch());
            next = last;
            filter(kernels, memory, share, rows, inputs, projection.depthwise(), stop - y, scratch.projected());
            filter(kernels, memory, share, scratch.middle(), middle, main.depthwise(), stop - y, scratch.filtered());
            if (split == Split.CHANNELS) {
                share.team().await();
            }
            int pixels = (stop - y) * middle.outWidth();
            project(kernels, memory, share, scratch.projected(), projection.depthwise(), pixels,
                    projection.pointwise(), at, projection.output(), y);
            project(kernels, memory, share, scratch.filtered(), main.depthwise(), pixels, main.project(), at,
                    main.output(), y);
        }
    }

    /** Where the padded inputs of a band are; gathers those from row {@code next} on. */
    private int rows(ChannelsLastKernels kernels, Workspace workspace, int image, WorkerShare share, int y, int stop,
                     int next) {
        float[] memory = workspace.memory;
        int source = from.at(workspace.layout, image);
        if (readsInPlace()) {
            return source + inputs.rows().row(inputs.above(y) + 1);
        }
        int rows = workspace.layout.of(share.member()).gathered();
        inputs.advance(memory, rows, y, stop, next, 0, inputs.pitch());
        for (int row = Math.max(0, next); row < inputs.end(stop); row++) {
            gather.run(kernels, memory, source, row * inputs.width(), inputs.width(), rows + inputs.at(y, row));
        }
        return rows;
    }

    private void filter(ChannelsLastKernels kernels, float[] memory, WorkerShare share, int rowsAt, RowBands input,
                        DepthwiseWeights depthwise, int count, int out) {
        int vectors = depthwise.vectors();
        int pitch = depthwise.paddedChannels();
        for (int row = 0; row < count; row++) {
            int above = rowsAt + input.rows().row(2 * row);
            int rowPitch = input.rows().rowPitch();
            kernels.depthwise(memory, above, above + rowPitch, above + 2 * rowPitch, input.pitch(), 2, depthwise,
                    share.firstVector(split, vectors), share.endVector(split, vectors), input.outWidth(), memory,
                    out + row * input.outWidth() * pitch, pitch);
        }
    }

    private void project(ChannelsLastKernels kernels, float[] memory, WorkerShare share, int filtered,
                         DepthwiseWeights depthwise, int pixels, PointwiseWeights weights, int at, ChannelBlock block,
                         int y) {
        kernels.pointwise(memory, filtered, 0, depthwise.paddedChannels(), 1, pixels, weights,
                share.firstPanel(split, weights), share.endPanel(split, weights), memory,
                at + block.row(y, middle.outWidth()), 0, block.pitch());
    }
}
