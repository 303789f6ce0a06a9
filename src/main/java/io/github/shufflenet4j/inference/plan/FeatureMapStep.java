package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import java.util.List;

/**
 * Copies the outputs of a stage from its blocks of channels to a feature map.
 *
 * @param grouped whether the stage's steps work on all images of a group at once
 * @param images  maximum number of images in a group
 * @param from    where each channel's first pixel is in the stage's buffer, in the order of the map
 * @param pitch   floats from pixel to pixel of each channel
 */
record FeatureMapStep(MapLayout map, StageBuffer stage, boolean grouped, int images, int[] from, int[] pitch)
        implements PlanStep {

    /** @param channels in their order in the map; all readers of their blocks must be known */
    static FeatureMapStep of(MapLayout map, StageBuffer stage, List<ChannelBlock.Channel> channels, boolean grouped,
                             int images) {
        return new FeatureMapStep(map, stage, grouped, images,
                channels.stream().mapToInt(channel -> channel.block().at() + channel.place()).toArray(),
                channels.stream().mapToInt(channel -> channel.block().pitch()).toArray());
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.output(Workspace.Output.MAPS, (long) images * map.floats());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        int end = share.endVector(Split.CHANNELS, from.length);
        for (int i = image; i < image + count; i++) {
            for (int channel = share.firstVector(Split.CHANNELS, from.length); channel < end; channel++) {
                map.copy(workspace.memory, stage.at(workspace.layout, i) + from[channel], pitch[channel],
                        workspace.layout, i, channel);
            }
        }
    }
}
