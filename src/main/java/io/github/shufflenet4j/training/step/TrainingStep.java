package io.github.shufflenet4j.training.step;

import java.util.Optional;
import java.util.stream.Stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.updater.GradientClipping;

/**
 * Steps whose micro-batches are computed one after another. Their gradients are summed; the updater divides the sum by
 * the number of images and adds weight decay once. The step is that of the whole batch, except that batch norm
 * normalises each micro-batch by itself, and its running statistics move by the mean over the micro-batches. With a
 * single micro-batch it is the step of {@link ComputationGraph#fit}.
 */
public final class TrainingStep implements Step {

    private final ComputationGraph network;
    /** Sum of the gradients; null for a single micro-batch. */
    private final INDArray sum;
    private final Optional<GradientClipping> clipping;
    private int microBatches;
    private int images;
    private double lossSum;
    private double penalty;

    /** @param microBatches of a batch at most, at least 1 */
    public TrainingStep(ComputationGraph network, int microBatches) {
        this(network, microBatches, Optional.empty());
    }

    /** @param maxNorm to which the gradient of the mean loss is clipped */
    TrainingStep(ComputationGraph network, int microBatches, Optional<Double> maxNorm) {
        this.network = network;
        this.clipping = maxNorm.map(GradientClipping::new);
        Checks.atLeast("microBatches", microBatches, 1);
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        this.sum = microBatches == 1 ? null : network.getFlattenedGradients().dup().assign(0);
    }

    @Override
    public void add(INDArray features, INDArray targets) {
        if (microBatches > 0) {
            release();
        } else {
            penalty = network.calcRegularizationScore(true);
        }
        network.setInputs(features);
        network.setLabels(targets);
        network.computeGradientAndScore();
        int count = Math.toIntExact(features.size(0));
        // Parameters that are not finite leave a difference that is not finite either.
        lossSum += (network.score() - penalty) * count;
        images += count;
        microBatches++;
        if (sum != null) {
            sum.addi(network.getFlattenedGradients());
        }
    }

    /** Releases the arrays of a micro-batch. */
    private void release() {
        network.clear();
        network.clearLayersStates();
    }

    /** Calls the network's listeners, too, which see the arrays of the last micro-batch. */
    @Override
    public StepResult apply() {
        if (sum != null) {
            network.getFlattenedGradients().assign(sum);
            statistics().forEach(gradient -> gradient.divi(microBatches));
        }
        clipping.ifPresent(clip -> clip.clip(network, images));
        int iteration = network.getConfiguration().getIterationCount();
        int epoch = network.getConfiguration().getEpochCount();
        network.getListeners().forEach(listener -> listener.onGradientCalculation(network));
        network.getUpdater().update(network.gradient(), iteration, epoch, images, LayerWorkspaceMgr.noWorkspaces());
        network.params().subi(network.getFlattenedGradients().reshape(network.params().shape()));
        network.getListeners().forEach(listener -> listener.iterationDone(network, iteration, epoch));
        network.getConfiguration().setIterationCount(iteration + 1);
        release();
        StepResult result = new StepResult(lossSum / images, images);
        if (sum != null) {
            sum.assign(0);
        }
        microBatches = 0;
        images = 0;
        lossSum = 0;
        return result;
    }

    @Override
    public void close() {
        // Nothing to release.
    }

    /** Changes of batch norm's running statistics: they travel among the gradients but are not sums over images. */
    private Stream<INDArray> statistics() {
        return network.getUpdater().getUpdaterBlocks().stream()
                .flatMap(block -> block.getLayersAndVariablesInBlock().stream())
                .filter(parameter -> !parameter.getLayer().updaterDivideByMinibatch(parameter.getParamName())
                        && !Freezing.isFrozen(network, parameter.getLayer().getConfig().getLayerName()))
                .map(ParamState::getGradView);
    }
}
