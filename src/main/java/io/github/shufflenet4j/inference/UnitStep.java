package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/** A unit of stride 1: its main branch. What passes unchanged stays where it is. */
final class UnitStep implements PlanStep {

    private final Plane plane;
    private final Schedule schedule;
    private final int band;
    private final StageArray stage;
    private final Gather gather;
    private final UnitWeights weights;
    private final ChannelBlock output;
    private final int images;
    private final PaddedRows middle;

    /**
     * @param band   rows of a band; all of them where members take channels
     * @param stage  holds inputs and outputs
     * @param images most images in a group
     */
    UnitStep(Plane plane, Schedule schedule, int band, StageArray stage, Gather gather, UnitWeights weights,
             ChannelBlock output, int images) {
        this.plane = plane;
        this.schedule = schedule;
        this.band = band;
        this.stage = stage;
        this.gather = gather;
        this.weights = weights;
        this.output = output;
        this.images = images;
        this.middle = new PaddedRows(plane.width(), weights.middlePitch());
    }

    @Override
    public boolean grouped() {
        return schedule == Schedule.CHANNELS;
    }

    private int gatheredImage() {
        return (band + 2) * plane.width() * gather.pitch();
    }

    private int middleImage() {
        return middle.row(band + 2);
    }

    private int filteredImage() {
        return band * plane.width() * middle.pitch();
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.gathered((long) images * gatheredImage());
        layout.scratch(schedule, (long) images * middleImage(), (long) images * filteredImage(), 0);
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        int gathered = layout.of(share.member()).gathered();
        Workspace.Scratch scratch = schedule.scratch(layout, share.member());
        PointwiseWeights expand = weights.expand();
        PointwiseWeights project = weights.project();
        int fromChannel = expand.firstOutput(share.firstPanel(schedule, expand));
        int toChannel = expand.firstOutput(share.endPanel(schedule, expand));
        int width = plane.width();
        int pitch = middle.pitch();
        int end = share.endRow(schedule, plane.height());
        // Row 0 of the middle buffer is the row above the band.
        int next = share.firstRow(schedule, plane.height()) - 1;
        for (int y = next + 1; y < end; y += band) {
            int stop = Math.min(y + band, end);
            int origin = y - 1;
            int first = Math.max(0, next);
            int last = Math.min(stop + 1, plane.height());
            for (int i = 0; i < count; i++) {
                int middleAt = scratch.middle() + i * middleImage();
                if (next > origin) {
                    System.arraycopy(memory, middleAt + middle.row(band), memory, middleAt,
                            middle.row(2));
                }
                if (next < 0) {
                    middle.clear(memory, middleAt, 0, fromChannel, toChannel);
                }
                if (stop + 1 > plane.height()) {
                    middle.clear(memory, middleAt, plane.height() - origin, fromChannel, toChannel);
                }
                for (int row = first; row < last; row++) {
                    middle.clearPadding(memory, middleAt, row - origin, fromChannel, toChannel);
                }
                gather.run(kernels, memory, stage.at(layout, image + i), first * width, (last - first) * width,
                        gathered + i * gatheredImage());
            }
            for (int panel = share.firstPanel(schedule, expand); panel < share.endPanel(schedule, expand); panel++) {
                for (int i = 0; i < count; i++) {
                    kernels.pointwise(memory, gathered + i * gatheredImage(), width * gather.pitch(), gather.pitch(),
                            last - first, width, expand, panel, panel + 1, memory,
                            scratch.middle() + i * middleImage() + middle.at(first - origin), middle.rowPitch(),
                            pitch);
                }
            }
            next = last;
            int vectors = weights.depthwise().vectors();
            for (int i = 0; i < count; i++) {
                int middleAt = scratch.middle() + i * middleImage();
                for (int row = y; row < stop; row++) {
                    int above = middleAt + middle.row(row - y);
                    kernels.depthwise(memory, above, above + middle.rowPitch(), above + 2 * middle.rowPitch(),
                            pitch, 1, weights.depthwise(), share.firstVector(schedule, vectors),
                            share.endVector(schedule, vectors), width, memory,
                            scratch.filtered() + i * filteredImage() + (row - y) * width * pitch, pitch);
                }
            }
            if (schedule == Schedule.CHANNELS) {
                share.await();
            }
            for (int panel = share.firstPanel(schedule, project); panel < share.endPanel(schedule, project); panel++) {
                for (int i = 0; i < count; i++) {
                    kernels.pointwise(memory, scratch.filtered() + i * filteredImage(), 0, pitch, 1,
                            (stop - y) * width, project, panel, panel + 1, memory,
                            stage.at(layout, image + i) + output.row(y, width), 0, output.pitch());
                }
            }
        }
    }
}
