package io.github.shufflenet4j.training;

import java.util.List;

import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Updates of a network from batches that are computed in parts. The parts' gradients are summed up, and the updater
 * divides the sum by all their images and adds the L2 penalty once, so that an update is what the whole batch at once
 * would give, but for batch norm: it normalises each part by itself, and its running statistics move by the mean of
 * what the parts ask for. A batch of one part is what {@link ComputationGraph#fit} makes of it.
 */
final class TrainingStep implements Update {

    private final ComputationGraph network;
    /** Sum of the gradients of the parts so far; null where there is only one. */
    private final INDArray sum;
    private int done;
    private int images;
    private double lossSum;

    /** @param parts of a batch at most, at least 1 */
    TrainingStep(ComputationGraph network, int parts) {
        this.network = network;
        Checks.atLeast(1, parts, "parts");
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
        move(images);
        StepResult result = new StepResult(lossSum / images, images);
        begin();
        return result;
    }

    /** What the parts that there are ask for, in place of an update by them. */
    BatchGradient take() {
        INDArray gradients = sum == null ? network.getFlattenedGradients() : sum;
        BatchGradient taken = new BatchGradient(isBegun() ? gradients.toFloatVector()
                : new float[Math.toIntExact(gradients.length())], done, images, lossSum);
        release();
        begin();
        return taken;
    }

    /** Updates the network by parts that were computed elsewhere. */
    StepResult apply(BatchGradient gradient) {
        Checks.atLeast(1, gradient.images(), "images");
        INDArray gradients = network.getFlattenedGradients();
        gradients.assign(Nd4j.createFromArray(gradient.sum()).castTo(gradients.dataType()).reshape(gradients.shape()));
        network.setGradient(views());
        statistics().forEach(update -> update.divi(gradient.parts()));
        move(gradient.images());
        return new StepResult(gradient.lossSum() / gradient.images(), gradient.images());
    }

    /** Updates the network by the gradients that it holds: sums over so many images. */
    private void move(int count) {
        int iteration = network.getConfiguration().getIterationCount();
        int epoch = network.getConfiguration().getEpochCount();
        network.getListeners().forEach(listener -> listener.onGradientCalculation(network));
        network.getUpdater().update(network.gradient(), iteration, epoch, count, LayerWorkspaceMgr.noWorkspaces());
        network.params().subi(network.getFlattenedGradients().reshape(network.params().shape()));
        network.getListeners().forEach(listener -> listener.iterationDone(network, iteration, epoch));
        network.getConfiguration().setIterationCount(iteration + 1);
        release();
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

    /** The gradients as DL4J knows them; a network that has computed none does not. */
    private Gradient views() {
        Gradient gradient = new DefaultGradient(network.getFlattenedGradients());
        TrainedParameter.of(network).forEach(known -> gradient.setGradientFor(known.key(), known.gradient()));
        return gradient;
    }
}
