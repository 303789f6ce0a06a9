package io.github.shufflenet4j.inference;

import java.util.List;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.Team;

/**
 * A network compiled for one size of images and one number of threads: what {@link PlanCompiler} makes. Immutable;
 * what changes while it runs is in a {@link Workspace}.
 */
final class FusedPlan {

    private final ChannelsLastKernels kernels;
    private final List<PlanStep> steps;
    private final int images;
    private final int threads;
    private final int numClasses;
    private final int logitPitch;
    private final Workspace.Layout layout;

    FusedPlan(ChannelsLastKernels kernels, List<PlanStep> steps, int stages, int images, int threads, int numClasses) {
        this.kernels = kernels;
        this.steps = List.copyOf(steps);
        this.images = images;
        this.threads = threads;
        this.numClasses = numClasses;
        this.logitPitch = Lanes.roundUp(numClasses, kernels.lanes());
        this.layout = new Workspace.Layout(threads, stages, 2 * kernels.lanes());
        steps.forEach(step -> step.reserve(layout));
        layout.close();
    }

    /** Most images that run as one group. */
    int images() {
        return images;
    }

    /** Size of a team, where it is not one member alone. */
    int threads() {
        return threads;
    }

    int numClasses() {
        return numClasses;
    }

    Workspace workspace() {
        return layout.workspace();
    }

    /**
     * A member's share of the logits of {@code count} images, which are left in the workspace once all members are
     * back.
     */
    void run(Workspace workspace, int count, int member, Team team) {
        Share share = new Share(member, team);
        for (int from = 0; from < steps.size();) {
            boolean grouped = steps.get(from).grouped();
            int to = from + 1;
            while (to < steps.size() && steps.get(to).grouped() == grouped) {
                to++;
            }
            // What works on one image at a time does so step by step, while the image is in the cache.
            for (int image = 0; image < (grouped ? 1 : count); image++) {
                for (int step = from; step < to; step++) {
                    steps.get(step).run(kernels, workspace, image, grouped ? count : 1, share);
                    team.await();
                }
            }
            from = to;
        }
    }

    /** Where the logits of an image begin in the workspace. */
    int logitsAt(int image) {
        return layout.logitsAt() + image * logitPitch;
    }
}
