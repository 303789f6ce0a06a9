package io.github.shufflenet4j.updater;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

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
import org.nd4j.linalg.learning.regularization.WeightDecay;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.MomentumStep;
import io.github.shufflenet4j.kernel.OptimizerStep;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * DL4J's updater of a graph in one pass over the parameters: division by the batch size, weight decay and the rule of
 * the updater together. DL4J's own runs several operations for each parameter array, which takes longer than the
 * arithmetic of a small network.
 *
 * <p>It handles single precision on the CPU with {@link Nesterovs} and the updaters of this package, L2 regularisation,
 * with {@link AdamW} decoupled, and no gradient normalisation, and leaves all else to DL4J. The state is laid out as
 * DL4J's, so saved networks are the same. Results differ from DL4J's by rounding.
 *
 * <p>Frozen layers, which may change from step to step, take no step and keep their state.
 */
public final class FusedGraphUpdater extends ComputationGraphUpdater {

    /**
     * An array of parameters.
     *
     * @param decay     null for none
     * @param from      index of its first parameter
     * @param stateFrom that of its state
     * @param stride    from the first value of a parameter's state to the second
     * @param counter   index of the number of its steps in the state, if the rule counts them
     */
    private record Segment(Trainable layer, IUpdater rule, Regularization decay, int from, int count, int stateFrom,
                           int stride, int counter) {

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
            for (int i = 0; i < block.getLayersAndVariablesInBlock().size(); i++) {
                Segment segment = segment(block, i);
                if (segment == null) {
                    return null;
                }
                result.add(segment);
            }
        }
        return List.copyOf(result);
    }

    private static Segment segment(UpdaterBlock block, int index) {
        UpdaterBlock.ParamState param = block.getLayersAndVariablesInBlock().get(index);
        Trainable layer = param.getLayer();
        IUpdater rule = layer.getConfig().getUpdaterByParam(param.getParamName());
        List<Regularization> decay = layer.getConfig().getRegularizationByParam(param.getParamName());
        boolean none = decay == null || decay.isEmpty();
        boolean frozenOrStatistic = isFrozen(layer)
                || rule instanceof NoOp && !layer.updaterDivideByMinibatch(param.getParamName());
        boolean known = layer.updaterDivideByMinibatch(param.getParamName()) && (rule instanceof ScheduledUpdater
                || rule instanceof Nesterovs nesterovs && nesterovs.getMomentumISchedule() == null);
        boolean fits = none || known && decay.size() == 1 && decay.get(0).getClass()
                == (rule instanceof ScheduledUpdater scheduled ? scheduled.decay() : L2Regularization.class);
        GradientNormalization normalization = layer.getConfig().getGradientNormalization();
        if (normalization != null && normalization != GradientNormalization.None
                || !(frozenOrStatistic && none || known && fits)) {
            return null;
        }
        int from = param.getParamOffsetStart();
        int stride = block.getParamOffsetEnd() - block.getParamOffsetStart();
        int counters = block.getUpdaterViewOffsetEnd() - block.getLayersAndVariablesInBlock().size();
        return new Segment(layer, rule, none ? null : decay.get(0), from, param.getParamOffsetEnd() - from,
                block.getUpdaterViewOffsetStart() + from - block.getParamOffsetStart(), stride, counters + index);
    }

    @Override
    public synchronized void update(Gradient gradient, int iteration, int epoch, int batchSize,
                                    LayerWorkspaceMgr workspaces) {
        boolean ownGradient = gradient.gradient().data().address() == getFlattenedGradientsView().data().address();
        if (segments == null || !ownGradient || !isMiniBatch()) {
            Map<INDArray, INDArray> kept = frozenStates();
            super.update(gradient, iteration, epoch, batchSize, workspaces);
            kept.forEach(INDArray::assign);
        } else {
            updateFused(iteration, epoch, batchSize);
        }
        stopFrozen();
    }

    /** Copies of the states of frozen layers, which DL4J changes. */
    private Map<INDArray, INDArray> frozenStates() {
        Map<INDArray, INDArray> copies = new IdentityHashMap<>();
        for (UpdaterBlock block : getUpdaterBlocks()) {
            INDArray state = block.getUpdaterView();
            if (state != null && isFrozen(block.getLayersAndVariablesInBlock().get(0).getLayer())) {
                copies.put(state, state.dup());
            }
        }
        return copies;
    }

    private void updateFused(int iteration, int epoch, int batchSize) {
        try (ArrayMemory memory = new ArrayMemory()) {
            FloatBuffer parameters = memory.buffer(getParams());
            FloatBuffer gradients = memory.buffer(getFlattenedGradientsView());
            FloatBuffer state = memory.buffer(getUpdaterStateViewArray());
            for (Segment segment : segments) {
                if (segment.moves()) {
                    step(segment, state, iteration, epoch, batchSize).apply(parameters, gradients, segment.from(),
                            segment.count(), new OptimizerStep.State(state, segment.stateFrom(), segment.stride()),
                            KernelProviders.get().elementwise(), Workers.shared());
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
    static boolean isFrozen(Trainable vertex) {
        return vertex instanceof GraphVertex known && known.getLayer() instanceof FrozenLayer;
    }

    private static OptimizerStep step(Segment segment, FloatBuffer state, int iteration, int epoch, int batchSize) {
        double rate = segment.rule().getLearningRate(iteration, epoch);
        double decay = decay(segment.decay(), rate, iteration, epoch);
        double share = 1.0 / batchSize;
        if (segment.rule() instanceof ScheduledUpdater rule) {
            float number = 0;
            if (rule.countsSteps()) {
                number = state.get(segment.counter()) + 1;
                state.put(segment.counter(), number);
            }
            return rule.step(rate, decay, share, number);
        }
        return MomentumStep.nesterov((float) rate, (float) ((Nesterovs) segment.rule()).getMomentum(), (float) decay,
                (float) share);
    }

    private static double decay(Regularization decay, double rate, int iteration, int epoch) {
        if (decay instanceof WeightDecay decoupled) {
            return decoupled.getCoeff().valueAt(iteration, epoch) * (decoupled.isApplyLR() ? rate : 1);
        }
        return decay instanceof L2Regularization l2 ? l2.getL2().valueAt(iteration, epoch) : 0;
    }
}
