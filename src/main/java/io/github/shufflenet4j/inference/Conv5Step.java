package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The last convolution, for a group of images. What follows takes a panel of its outputs before the next one is
 * computed, so that they never leave the cache.
 */
final class Conv5Step implements PlanStep {

    private final Plane plane;
    private final StageArray stage;
    private final Gather gather;
    private final PointwiseWeights weights;
    private final int images;
    private final Sink sink;

    /** What takes the outputs. */
    interface Sink {

        /** Asks for its buffers. */
        void reserve(Workspace.Layout layout);

        /**
         * Takes a panel of an image's outputs.
         *
         * @param image number of the image within the group
         * @param first first channel of the panel
         * @param width channels of the panel, which are those of a pixel
         * @param at    where its first pixel is
         */
        void take(ChannelsLastKernels kernels, Workspace workspace, int image, int first, int width, int at);
    }

    /** @param images most images in a group */
    Conv5Step(Plane plane, StageArray stage, Gather gather, PointwiseWeights weights, int images, Sink sink) {
        this.plane = plane;
        this.stage = stage;
        this.gather = gather;
        this.weights = weights;
        this.images = images;
        this.sink = sink;
    }

    @Override
    public boolean grouped() {
        return true;
    }

    private int gatheredImage() {
        return plane.pixels() * gather.pitch();
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.gathered((long) images * gatheredImage());
        layout.scratch(Schedule.ROWS, (long) plane.pixels() * widestPanel(), 0, 0);
        sink.reserve(layout);
    }

    private int widestPanel() {
        int widest = 0;
        for (int panel = 0; panel < weights.panels(); panel++) {
            widest = Math.max(widest, weights.firstOutput(panel + 1) - weights.firstOutput(panel));
        }
        return widest;
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        Workspace.Scratch scratch = layout.of(share.member());
        for (int i = 0; i < count; i++) {
            gather.run(kernels, memory, stage.at(layout, image + i), 0, plane.pixels(),
                    scratch.gathered() + i * gatheredImage());
        }
        int end = share.endPanel(Schedule.CHANNELS, weights);
        for (int panel = share.firstPanel(Schedule.CHANNELS, weights); panel < end; panel++) {
            int first = weights.firstOutput(panel);
            int width = weights.firstOutput(panel + 1) - first;
            for (int i = 0; i < count; i++) {
                // The kernel puts a panel at its place; here, the place is the front.
                kernels.pointwise(memory, scratch.gathered() + i * gatheredImage(), 0, gather.pitch(), 1,
                        plane.pixels(), weights, panel, panel + 1, memory, scratch.middle() - first, 0, width);
                sink.take(kernels, workspace, image + i, first, width, scratch.middle());
            }
        }
    }
}
