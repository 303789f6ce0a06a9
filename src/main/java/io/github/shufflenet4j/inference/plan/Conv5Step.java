package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.inference.plan.Workspace.Output;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The last convolution, for a group of images, with global average pooling, a copy to a feature map, or both. A panel
 * of its outputs is taken before the next one is computed, so that they never leave the cache.
 *
 * @param images       maximum number of images in a group
 * @param map          receives the outputs, unless it is null
 * @param pooled       whether they are averaged
 * @param featurePitch floats of an image's means, rounded up to whole vectors
 */
record Conv5Step(SpatialSize size, StageBuffer stage, Gather gather, PointwiseWeights weights, int images,
                 MapLayout map, boolean pooled, int featurePitch) implements PlanStep {

    @Override
    public boolean grouped() {
        return true;
    }

    private int gatheredImage() {
        return size.pixels() * gather.pitch();
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.gathered((long) images * gatheredImage());
        int widest = 0;
        for (int panel = 0; panel < weights.panels(); panel++) {
            widest = Math.max(widest, weights.firstOutput(panel + 1) - weights.firstOutput(panel));
        }
        layout.scratch(Split.ROWS, (long) size.pixels() * widest, 0, 0);
        if (pooled) {
            layout.output(Output.FEATURES, (long) images * featurePitch);
        }
        if (map != null) {
            layout.output(Output.MAPS, (long) images * map.floats());
        }
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        Workspace.Scratch scratch = layout.of(share.member());
        for (int i = 0; i < count; i++) {
            gather.run(kernels, memory, stage.at(layout, image + i), 0, size.pixels(),
                    scratch.gathered() + i * gatheredImage());
        }
        int end = share.endPanel(Split.CHANNELS, weights);
        for (int panel = share.firstPanel(Split.CHANNELS, weights); panel < end; panel++) {
            int first = weights.firstOutput(panel);
            int width = weights.firstOutput(panel + 1) - first;
            for (int i = 0; i < count; i++) {
                // The kernel puts a panel at its place; here, the place is the front.
                kernels.pointwise(memory, scratch.gathered() + i * gatheredImage(), 0, gather.pitch(), 1,
                        size.pixels(), weights, panel, panel + 1, memory, scratch.middle() - first, 0, width);
                if (pooled) {
                    kernels.average(memory, scratch.middle(), width, size.pixels(), width / kernels.lanes(), memory,
                            layout.at(Output.FEATURES) + (image + i) * featurePitch + first);
                }
                if (map != null) {
                    int channels = Math.min(first + width, map.channels()); // the last panel is padded
                    for (int channel = first; channel < channels; channel++) {
                        map.copy(memory, scratch.middle() + channel - first, width, layout, image + i, channel);
                    }
                }
            }
        }
    }
}
