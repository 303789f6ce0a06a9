package io.github.shufflenet4j.updater;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.MomentumStep;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * DL4J's updater of a graph in one pass over the parameters: division by the batch size, L2 regularisation and momentum
 * together. DL4J's own runs several operations for each parameter array, which takes longer than the arithmetic of a
 * small network.
 *
 * <p>It handles single precision on the CPU with {@link Nesterovs} or {@link Momentum}, L2 regularisation and no
 * gradient normalisation, and leaves all else to DL4J. The state has DL4J's layout, so saved networks are the same.
 * Results differ from DL4J's by rounding.
 *
 * <p>Frozen layers, which may change from step to step, take no step and keep their state.
 */
public final class FusedGraphUpdater extends ComputationGraphUpdater {

    private record Segment(Trainable layer, IUpdater rule, Regularization regularization, int from, int stateFrom,
                           int count) {

        boolean moves() {
            return !(rule instanceof NoOp) && !isFrozen(layer);
        }
    }

    /** Null if this class does not handle one of the parameters. */
    private final List<Segment> segments;

    /** @param state null for a new one */
    FusedGraphUpdater(ComputationGraph network, INDArray state) {
        super(network, state);
        this.segments = CpuArrays.areAccessible(network.params().dataType()) ? segments() : null;
    }

    /**
     * Makes {@code network} use this updater, with the state that it has. New networks of the zoo come with it; one
     * that DL4J's {@code ModelSerializer} restored does not. DL4J replaces it when a learning rate is set, but in an
     * {@link UpdatedGraph}.
     */
    public static void install(ComputationGraph network) {
        network.setUpdater(new FusedGraphUpdater(network, network.getUpdater().getStateViewArray()));
    }

    /** Whether this class does the work, rather than DL4J's. */
    boolean isFused() {
        return segments != null;
    }

    private List<Segment> segments() {
        List<Segment> result = new ArrayList<>();
        for (UpdaterBlock block : getUpdaterBlocks()) {
            int stateFrom = block.getUpdaterViewOffsetStart();
            for (UpdaterBlock.ParamState param : block.getLayersAndVariablesInBlock()) {
                int count = param.getParamOffsetEnd() - param.getParamOffsetStart();
                Segment segment = segment(param, stateFrom, count);
                if (segment == null) {
                    return null;
                }
                result.add(segment);
                stateFrom += segment.rule() instanceof NoOp ? 0 : count;
            }
        }
        return List.copyOf(result);
    }

    private static Segment segment(UpdaterBlock.ParamState param, int stateFrom, int count) {
        Trainable layer = param.getLayer();
        IUpdater rule = layer.getConfig().getUpdaterByParam(param.getParamName());
        List<Regularization> regularization = layer.getConfig().getRegularizationByParam(param.getParamName());
        boolean plain = regularization == null || regularization.isEmpty();
        boolean frozenOrStatistic = isFrozen(layer)
                || rule instanceof NoOp && !layer.updaterDivideByMinibatch(param.getParamName());
        boolean momentum = (rule instanceof Nesterovs nesterovs && nesterovs.getMomentumISchedule() == null
                || rule instanceof Momentum) && layer.updaterDivideByMinibatch(param.getParamName());
        boolean l2 = !plain && regularization.size() == 1
                && regularization.get(0).getClass() == L2Regularization.class;
        GradientNormalization normalization = layer.getConfig().getGradientNormalization();
        if (normalization != null && normalization != GradientNormalization.None
                || !(frozenOrStatistic && plain || momentum && (plain || l2))) {
            return null;
        }
        return new Segment(layer, rule, plain ? null : regularization.get(0), param.getParamOffsetStart(), stateFrom,
                count);
    }

    @Override
    public synchronized void update(Gradient gradient, int iteration, int epoch, int batchSize,
                                    LayerWorkspaceMgr workspaces) {
        boolean ownGradient = gradient.gradient().data().address() == getFlattenedGradientsView().data().address();
        if (segments == null || !ownGradient || !isMiniBatch()) {
            super.update(gradient, iteration, epoch, batchSize, workspaces);
        } else {
            updateFused(iteration, epoch, batchSize);
        }
        stopFrozen();
    }

    private void updateFused(int iteration, int epoch, int batchSize) {
        try (ArrayMemory memory = new ArrayMemory()) {
            FloatBuffer parameters = memory.buffer(getParams());
            FloatBuffer gradients = memory.buffer(getFlattenedGradientsView());
            FloatBuffer state = memory.buffer(getUpdaterStateViewArray());
            for (Segment segment : segments) {
                if (segment.moves()) {
                    step(segment, iteration, epoch, batchSize).apply(parameters, gradients, segment.from(), state,
                            segment.stateFrom(), segment.count(), KernelProviders.get().elementwise(),
                            Workers.shared());
                }
            }
        }
    }

    /** A layer's parameters are changed by its gradient, which here is left from before it was frozen. */
    private void stopFrozen() {
        INDArray gradients = getFlattenedGradientsView();
        INDArray steps = gradients.reshape(gradients.length());
        for (UpdaterBlock block : getUpdaterBlocks()) {
            for (UpdaterBlock.ParamState param : block.getLayersAndVariablesInBlock()) {
                if (isFrozen(param.getLayer())) {
                    steps.get(NDArrayIndex.interval(param.getParamOffsetStart(), param.getParamOffsetEnd())).assign(0);
                }
            }
        }
    }

    /** The updater knows vertices; freezing changes their layers. */
    private static boolean isFrozen(Trainable vertex) {
        return vertex instanceof GraphVertex known && known.getLayer() instanceof FrozenLayer;
    }

    private static MomentumStep step(Segment segment, int iteration, int epoch, int batchSize) {
        float rate = (float) segment.rule().getLearningRate(iteration, epoch);
        float decay = segment.regularization() instanceof L2Regularization l2
                ? (float) l2.getL2().valueAt(iteration, epoch) : 0;
        float share = 1f / batchSize;
        return segment.rule() instanceof Nesterovs nesterovs
                ? MomentumStep.nesterov(rate, (float) nesterovs.getMomentum(), decay, share)
                : MomentumStep.heavyBall(rate, (float) ((Momentum) segment.rule()).getMomentum(), decay, share);
    }
}
