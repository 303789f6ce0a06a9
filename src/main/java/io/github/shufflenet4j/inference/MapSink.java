package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;

/**
 * Keeps the last convolution's outputs as a feature map.
 *
 * @param place  of the map
 * @param images most images in a group
 */
record MapSink(MapPlace place, int images) implements Conv5Step.Sink {

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.maps((long) images * place.floats());
    }

    @Override
    public void take(ChannelsLastKernels kernels, Workspace workspace, int image, int first, int width, int at) {
        float[] memory = workspace.memory;
        int pixels = place.plane().pixels();
        int end = Math.min(first + width, place.channels()); // the last panel is padded
        for (int channel = first; channel < end; channel++) {
            int to = place.at(workspace.layout, image, channel);
            for (int pixel = 0; pixel < pixels; pixel++) {
                memory[to + pixel] = memory[at + pixel * width + channel - first];
            }
        }
    }
}
