package io.github.shufflenet4j.inference.plan;

import java.util.List;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Team;

/**
 * A network compiled for one size of images and one number of threads by a {@link PlanCompiler}. Immutable; its memory
 * is a {@link Workspace}.
 */
final class FusedPlan {

    /**
     * Outputs that a plan leaves in the workspace for each image of a group.
     *
     * @param buffer of the outputs
     * @param pitch  from one image's outputs to the next one's
     * @param floats of an image
     */
    record Result(Workspace.Output buffer, int pitch, int floats) {
    }

    private final ChannelsLastKernels kernels;
    private final List<PlanStep> steps;
    private final List<Result> results;
    private final Workspace.Layout layout;

    /** @param results of an image, in their order */
    FusedPlan(ChannelsLastKernels kernels, List<PlanStep> steps, int stages, int threads,
              List<Result> results) {
        this.kernels = kernels;
        this.steps = List.copyOf(steps);
        this.results = List.copyOf(results);
        this.layout = new Workspace.Layout(threads, stages, 2 * kernels.lanes());
        steps.forEach(step -> step.reserve(layout));
        layout.close();
    }

    /** Floats of an image's outputs. */
    int outputFloats() {
        return results.stream().mapToInt(Result::floats).sum();
    }

    Workspace workspace() {
        return layout.workspace();
    }

    /** A member's share of the outputs of {@code count} images: in the workspace once all members are back. */
    void run(Workspace workspace, int count, int member, Team team) {
        WorkerShare share = new WorkerShare(member, team);
        for (int from = 0; from < steps.size();) {
            boolean grouped = steps.get(from).grouped();
            int to = from + 1;
            while (to < steps.size() && steps.get(to).grouped() == grouped) {
                to++;
            }
            // Steps for one image at a time follow each other while the image is in the cache.
            for (int image = 0; image < (grouped ? 1 : count); image++) {
                for (int step = from; step < to; step++) {
                    steps.get(step).run(kernels, workspace, image, grouped ? count : 1, share);
                    team.await();
                }
            }
            from = to;
        }
    }

    /** Copies the outputs of an image of the group to {@code target} from {@code offset} on. */
    void copyOutputs(Workspace workspace, int image, float[] target, int offset) {
        int to = offset;
        for (Result result : results) {
            System.arraycopy(workspace.memory, layout.at(result.buffer()) + image * result.pitch(), target, to,
                    result.floats());
            to += result.floats();
        }
    }
}
