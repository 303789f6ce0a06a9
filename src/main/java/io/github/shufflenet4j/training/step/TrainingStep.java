package io.github.shufflenet4j.training.step;

import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.check.Checks;

/**
 * Updates of a network from batches that are computed in parts. The parts' gradients are summed up, and the updater
 * divides the sum by all their images and adds the L2 penalty once, so that an update is what the whole batch at once
 * would give, but for batch norm: it normalises each part by itself, and its running statistics move by the mean of
 * what the parts ask for. A batch of one part is what {@link ComputationGraph#fit} makes of it.
 */
public final class TrainingStep implements Update {

    private final ComputationGraph network;
    /** Sum of the gradients of the parts so far; null where there is only one. */
    private final INDArray sum;
    private int done;
    private int images;
    private double lossSum;

    /** @param parts of a batch at most, at least 1 */
    public TrainingStep(ComputationGraph network, int parts) {
        this.network = network;
        Checks.atLeast("parts", parts, 1);
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        this.sum = parts == 1 ? null : network.getFlattenedGradients().dup().assign(0);
    }

    /** Computes a part: its gradients are added to those of the parts before. */
    @Override
    public void add(INDArray features, INDArray targets) {
        if (isBegun()) {
            release();
        }
        network.setInputs(features);
        network.setLabels(targets);
        network.computeGradientAndScore();
        int count = Math.toIntExact(features.size(0));
        lossSum += network.score() * count;
        images += count;
        done++;
        if (sum != null) {
            sum.addi(network.getFlattenedGradients());
        }
    }

    /** Lets go of a part's arrays. */
    private void release() {
        network.clear();
        network.clearLayersStates();
    }

    @Override
    public boolean isBegun() {
        return done > 0;
    }

    /** Updates the network by the parts that there are, and tells its listeners, which see the last part's arrays. */
    @Override
    public StepResult apply() {
        if (sum != null) {
            network.getFlattenedGradients().assign(sum);
            statistics().forEach(update -> update.divi(done));
        }
        int iteration = network.getConfiguration().getIterationCount();
        int epoch = network.getConfiguration().getEpochCount();
        network.getListeners().forEach(listener -> listener.onGradientCalculation(network));
        network.getUpdater().update(network.gradient(), iteration, epoch, images, LayerWorkspaceMgr.noWorkspaces());
        network.params().subi(network.getFlattenedGradients().reshape(network.params().shape()));
        network.getListeners().forEach(listener -> listener.iterationDone(network, iteration, epoch));
        network.getConfiguration().setIterationCount(iteration + 1);
        release();
        StepResult result = new StepResult(lossSum / images, images);
        begin();
        return result;
    }

    private void begin() {
        if (sum != null) {
            sum.assign(0);
        }
        done = 0;
        images = 0;
        lossSum = 0;
    }

    @Override
    public void close() {
        // There is nothing but the network.
    }

    /** The updates of batch norm's statistics, which travel among the gradients but are no sums over images. */
    private List<INDArray> statistics() {
        return TrainedParameter.of(network).stream().filter(TrainedParameter::statistic)
                .map(TrainedParameter::gradient).toList();
    }
}
