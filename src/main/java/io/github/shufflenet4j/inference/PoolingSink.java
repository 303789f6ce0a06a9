package io.github.shufflenet4j.inference;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;

/**
 * The global average pooling.
 *
 * @param plane  that it averages over
 * @param pitch  floats of an image's features, rounded up to whole vectors
 * @param images most images in a group
 */
record PoolingSink(Plane plane, int pitch, int images) implements Conv5Step.Sink {

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.features((long) images * pitch);
    }

    @Override
    public void take(ChannelsLastKernels kernels, Workspace workspace, int image, int first, int width, int at) {
        kernels.average(workspace.memory, at, width, plane.pixels(), width / kernels.lanes(), workspace.memory,
                workspace.layout.featuresAt() + image * pitch + first);
    }
}
