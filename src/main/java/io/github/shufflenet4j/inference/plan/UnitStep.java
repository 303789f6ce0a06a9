package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * A unit of stride 1: its main branch. Channels that pass unchanged stay where they are.
 *
 * @param middle the input of the depthwise convolution; one band of all rows where members take channels
 * @param stage  holds inputs and outputs
 * @param images maximum number of images in a group
 */
record UnitStep(Split split, RowBands middle, StageBuffer stage, Gather gather, MainBranch branch, int images)
        implements PlanStep {

    /**
     * The main branch of a unit: pointwise, depthwise, pointwise.
     *
     * @param expand  inputs in the order of the unit's {@link Gather}
     * @param project outputs in the order of the unit's block
     */
    record MainBranch(PointwiseWeights expand, DepthwiseWeights depthwise, PointwiseWeights project,
                      ChannelBlock output) {
    }

    @Override
    public boolean grouped() {
        return split == Split.CHANNELS;
    }

    private int gatheredImage() {
        return (middle.band() + 2) * middle.width() * gather.pitch();
    }

    private int filteredImage() {
        return middle.band() * middle.width() * middle.pitch();
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.gathered((long) images * gatheredImage());
        layout.scratch(split, (long) images * middle.floats(), (long) images * filteredImage(), 0);
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        int gathered = layout.of(share.member()).gathered();
        Workspace.Scratch scratch = share.scratch(split, layout);
        PointwiseWeights expand = branch.expand();
        PointwiseWeights project = branch.project();
        DepthwiseWeights depthwise = branch.depthwise();
        int fromChannel = expand.firstOutput(share.firstPanel(split, expand));
        int toChannel = expand.firstOutput(share.endPanel(split, expand));
        int width = middle.width();
        int pitch = middle.pitch();
        int rowPitch = middle.rows().rowPitch();
        int end = share.endRow(split, middle.height());
        int next = share.firstRow(split, middle.height()) - 1;
        for (int y = next + 1; y < end; y += middle.band()) {
            int stop = Math.min(y + middle.band(), end);
            int first = Math.max(0, next);
            int last = middle.end(stop);
            for (int i = 0; i < count; i++) {
                middle.advance(memory, scratch.middle() + i * middle.floats(), y, stop, next, fromChannel, toChannel);
                gather.run(kernels, memory, stage.at(layout, image + i), first * width, (last - first) * width,
                        gathered + i * gatheredImage());
            }
            for (int panel = share.firstPanel(split, expand); panel < share.endPanel(split, expand); panel++) {
                for (int i = 0; i < count; i++) {
                    kernels.pointwise(memory, gathered + i * gatheredImage(), width * gather.pitch(), gather.pitch(),
                            last - first, width, expand, panel, panel + 1, memory,
                            scratch.middle() + i * middle.floats() + middle.at(y, first), rowPitch, pitch);
                }
            }
            next = last;
            for (int i = 0; i < count; i++) {
                for (int row = y; row < stop; row++) {
                    int above = scratch.middle() + i * middle.floats() + (row - y) * rowPitch;
                    kernels.depthwise(memory, above, above + rowPitch, above + 2 * rowPitch, pitch, 1, depthwise,
                            share.firstVector(split, depthwise.vectors()), share.endVector(split, depthwise.vectors()),
                            width, memory, scratch.filtered() + i * filteredImage() + (row - y) * width * pitch, pitch);
                }
            }
            if (split == Split.CHANNELS) {
                share.team().await();
            }
            for (int panel = share.firstPanel(split, project); panel < share.endPanel(split, project); panel++) {
                for (int i = 0; i < count; i++) {
                    kernels.pointwise(memory, scratch.filtered() + i * filteredImage(), 0, pitch, 1,
                            (stop - y) * width, project, panel, panel + 1, memory,
                            stage.at(layout, image + i) + branch.output().row(y, width), 0, branch.output().pitch());
                }
            }
        }
    }
}
