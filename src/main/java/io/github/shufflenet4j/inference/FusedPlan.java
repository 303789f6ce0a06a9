package io.github.shufflenet4j.inference;

import java.util.List;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Team;

/**
 * A network compiled for one size of images and one number of threads: what {@link PlanCompiler} makes. Immutable;
 * what changes while it runs is in a {@link Workspace}.
 */
final class FusedPlan {

    private final ChannelsLastKernels kernels;
    private final List<PlanStep> steps;
    private final int images;
    private final int threads;
    private final PlanOutput output;
    private final Workspace.Layout layout;

    FusedPlan(ChannelsLastKernels kernels, List<PlanStep> steps, int stages, int images, int threads,
              PlanOutput output) {
        this.kernels = kernels;
        this.steps = List.copyOf(steps);
        this.images = images;
        this.threads = threads;
        this.output = output;
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

    /** Floats that it gives for an image. */
    int outputFloats() {
        return output.floats();
    }

    Workspace workspace() {
        return layout.workspace();
    }

    /**
     * A member's share of the outputs of {@code count} images, which are left in the workspace once all members are
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

    /** Where the outputs of an image begin in the workspace. */
    int outputAt(int image) {
        return output.place().applyAsInt(layout) + image * output.pitch();
    }
}
