package io.github.shufflenet4j.inference.plan;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Team;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.weights.FoldedNetwork;

/**
 * Runs a {@link FusedPlan}. A caller who is alone has all threads: for a single image as a team, unless one thread is
 * faster at present, and for more images with a group for each thread. Callers who meet have one thread each, which is
 * their own, and wait when all are taken.
 */
public final class FusedEngine {

    /** Enough to read the weights of the last stage from beyond the cache once for all of them. */
    private static final int MAX_GROUP = 8;
    /** The strategy that uses all threads. */
    private static final int TEAM = 0;

    private final FusedPlan plan;
    private final Workers workers;
    private final int inputFloats;
    private final int outputFloats;
    private final Semaphore threads;
    private final LatencySelector strategies = new LatencySelector();
    private final ConcurrentLinkedQueue<Workspace> idle = new ConcurrentLinkedQueue<>();

    /**
     * Compiles a network.
     *
     * @param input size of the images
     */
    public FusedEngine(FoldedNetwork network, PlanOutputs outputs, SpatialSize input, ChannelsLastKernels kernels,
                       Workers workers) {
        this.plan = PlanCompiler.compile(network, outputs, input, kernels, workers.size(), MAX_GROUP);
        this.workers = workers;
        this.inputFloats = network.inputChannels() * input.pixels();
        this.outputFloats = plan.outputFloats();
        this.threads = new Semaphore(workers.size());
    }

    /**
     * Computes the outputs of images.
     *
     * @param inputs  [count, channels, height, width]
     * @param outputs receives [count, {@link #outputFloats}]
     */
    public void run(float[] inputs, int count, float[] outputs) {
        threads.acquireUninterruptibly();
        int others = workers.size() - 1;
        boolean all = others > 0 && threads.tryAcquire(others);
        try {
            if (!all) {
                groups(inputs, count, Math.min(MAX_GROUP, count), outputs, false);
            } else if (count >= workers.size()) {
                int each = Rounding.ceilDiv(count, workers.size());
                groups(inputs, count, Math.min(MAX_GROUP, each), outputs, true);
            } else {
                together(inputs, count, outputs);
            }
        } finally {
            threads.release(all ? 1 + others : 1);
        }
    }

    private void groups(float[] inputs, int count, int size, float[] outputs, boolean parallel) {
        int groups = Rounding.ceilDiv(count, size);
        if (parallel) {
            workers.parallelFor(groups, group -> alone(inputs, group * size, Math.min(size, count - group * size),
                    outputs));
            return;
        }
        for (int first = 0; first < count; first += size) {
            alone(inputs, first, Math.min(size, count - first), outputs);
        }
    }

    private void alone(float[] inputs, int first, int count, float[] outputs) {
        Workspace workspace = take(inputs, first);
        plan.run(workspace, count, 0, Team.ALONE);
        give(workspace, first, count, outputs);
    }

    private void together(float[] inputs, int count, float[] outputs) {
        for (int image = 0; image < count; image++) {
            int strategy = strategies.choose();
            long start = System.nanoTime();
            if (strategy == TEAM) {
                Workspace workspace = take(inputs, image);
                workers.together((member, team) -> plan.run(workspace, 1, member, team));
                give(workspace, image, 1, outputs);
            } else {
                alone(inputs, image, 1, outputs);
            }
            strategies.record(strategy, System.nanoTime() - start);
        }
    }

    private Workspace take(float[] inputs, int first) {
        Workspace workspace = idle.poll();
        if (workspace == null) {
            workspace = plan.workspace();
        }
        workspace.input = inputs;
        workspace.inputAt = first * inputFloats;
        return workspace;
    }

    private void give(Workspace workspace, int first, int count, float[] outputs) {
        for (int image = 0; image < count; image++) {
            plan.copyOutputs(workspace, image, outputs, (first + image) * outputFloats);
        }
        workspace.input = null;
        idle.add(workspace);
    }

    /** Floats of an image's outputs. */
    public int outputFloats() {
        return outputFloats;
    }
}
