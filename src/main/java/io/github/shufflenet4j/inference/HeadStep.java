package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The last convolution, the global average pooling and the classifier, for a group of images. A panel of the
 * convolution's outputs is averaged before the next one is computed, so that they never leave the cache.
 */
final class HeadStep implements PlanStep {

    private final Plane plane;
    private final StageArray stage;
    private final Gather gather;
    private final PointwiseWeights conv5;
    private final PointwiseWeights classifier;
    private final int images;

    HeadStep(Plane plane, StageArray stage, Gather gather, PointwiseWeights conv5, PointwiseWeights classifier,
             int images) {
        this.plane = plane;
        this.stage = stage;
        this.gather = gather;
        this.conv5 = conv5;
        this.classifier = classifier;
        this.images = images;
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
        layout.head((long) images * conv5.paddedOutputs(), (long) images * classifier.paddedOutputs());
    }

    private int widestPanel() {
        int widest = 0;
        for (int panel = 0; panel < conv5.panels(); panel++) {
            widest = Math.max(widest, conv5.firstOutput(panel + 1) - conv5.firstOutput(panel));
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
        int end = share.endPanel(Schedule.CHANNELS, conv5);
        for (int panel = share.firstPanel(Schedule.CHANNELS, conv5); panel < end; panel++) {
            int first = conv5.firstOutput(panel);
            int width = conv5.firstOutput(panel + 1) - first;
            for (int i = 0; i < count; i++) {
                // The kernel puts a panel at its place; here, the place is the front.
                kernels.pointwise(memory, scratch.gathered() + i * gatheredImage(), 0, gather.pitch(), 1,
                        plane.pixels(), conv5, panel, panel + 1, memory, scratch.middle() - first, 0, width);
                kernels.average(memory, scratch.middle(), width, plane.pixels(), width / kernels.lanes(), memory,
                        layout.featuresAt() + i * conv5.paddedOutputs() + first);
            }
        }
        share.await();
        kernels.pointwise(memory, layout.featuresAt(), 0, conv5.paddedOutputs(), 1, count, classifier,
                share.firstPanel(Schedule.CHANNELS, classifier), share.endPanel(Schedule.CHANNELS, classifier),
                memory, layout.logitsAt(), 0, classifier.paddedOutputs());
    }
}
