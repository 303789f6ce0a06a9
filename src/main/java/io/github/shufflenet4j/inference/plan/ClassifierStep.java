package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.inference.plan.Workspace.Output;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.PointwiseWeights;

/**
 * The classifier, for the features of a group of images.
 *
 * @param pitch  floats of an image's features
 * @param images maximum number of images in a group
 */
record ClassifierStep(PointwiseWeights weights, int pitch, int images) implements PlanStep {

    @Override
    public boolean grouped() {
        return true;
    }

    @Override
    public void reserve(Workspace.Layout layout) {
        layout.output(Output.LOGITS, (long) images * weights.paddedOutputs());
    }

    @Override
    public void run(ChannelsLastKernels kernels, Workspace workspace, int image, int count, WorkerShare share) {
        Workspace.Layout layout = workspace.layout;
        kernels.pointwise(workspace.memory, layout.at(Output.FEATURES), 0, pitch, 1, count, weights,
                share.firstPanel(Split.CHANNELS, weights), share.endPanel(Split.CHANNELS, weights),
                workspace.memory, layout.at(Output.LOGITS), 0, weights.paddedOutputs());
    }
}
