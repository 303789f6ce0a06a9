package io.github.shufflenet4j.inference;

import java.util.List;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;

/** Copies what a stage has left in its blocks of channels to a feature map. */
final class MapStep implements PlanStep {

    private final MapPlace place;
    private final StageArray stage;
    private final boolean grouped;
    private final int images;
    private final int[] from;
    private final int[] pitch;

    /**
     * @param channels in their order in the map; all readers of their blocks must be known
     * @param grouped  whether the stage's steps work on all images of a group at once
     * @param images   most images in a group
     */
    MapStep(MapPlace place, StageArray stage, List<ChannelBlock.Channel> channels, boolean grouped, int images) {
        this.place = place;
        this.stage = stage;
        this.grouped = grouped;
        this.images = images;
        this.from = channels.stream().mapToInt(channel -> channel.block().at() + channel.place()).toArray();
        this.pitch = channels.stream().mapToInt(channel -> channel.block().pitch()).toArray();
    }

    @Override
    public boolean grouped() {
        return grouped;
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.maps((long) images * place.floats());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, Share share) {
        float[] memory = workspace.memory;
        Workspace.Layout layout = workspace.layout;
        int pixels = place.plane().pixels();
        int end = share.endVector(Schedule.CHANNELS, from.length);
        for (int i = image; i < image + count; i++) {
            for (int channel = share.firstVector(Schedule.CHANNELS, from.length); channel < end; channel++) {
                int source = stage.at(layout, i) + from[channel];
                int to = place.at(layout, i, channel);
                for (int pixel = 0; pixel < pixels; pixel++) {
                    memory[to + pixel] = memory[source + pixel * pitch[channel]];
                }
            }
        }
    }
}
