package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;

/** One step of a plan. Between two steps, the members of the team wait for each other. */
interface PlanStep {

    /** Reserves its buffers. */
    void reserve(Workspace.Layout layout);

    /**
     * Computes a worker's share.
     *
     * @param image  number of the image within the group, for steps that work on one at a time
     * @param images images of the group, for steps that work on all of them
     */
    void run(ChannelsLastKernels kernels, Workspace workspace, int image, int images, WorkerShare share);

    /** Whether the step works on all images of the group at once, to read its weights once for all of them. */
    boolean grouped();
}
