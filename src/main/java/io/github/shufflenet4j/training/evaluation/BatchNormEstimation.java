package io.github.shufflenet4j.training.evaluation;

import java.util.ArrayList;
import java.util.List;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.Freezing;

/**
 * Estimates batch norm's running statistics as plain means over batches, as the authors do after training, with a
 * momentum of 1 / iteration. Frozen layers keep theirs.
 */
public final class BatchNormEstimation {

    private record Statistic(ConvNormActivation layer, String gradient, INDArray values) {
    }

    private final ComputationGraph network;
    private final List<Statistic> statistics = new ArrayList<>();
    private int batches;

    /** Resets the statistics of {@code network}. */
    public BatchNormEstimation(ComputationGraph network) {
        this.network = network;
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        for (Layer layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof ConvNormActivation conf
                    && !Freezing.isFrozen(network, conf.getLayerName())) {
                layer.paramTable().forEach((key, values) -> {
                    if (!layer.updaterDivideByMinibatch(key)) {
                        statistics.add(new Statistic(conf, conf.getLayerName() + "_" + key, values.assign(0)));
                    }
                });
            }
        }
    }

    /** Adds a batch to the means; other parameters stay. */
    public void add(INDArray features, INDArray targets) {
        // A backward pass gives the step from the running statistics towards the batch's, times the layer's momentum.
        network.setInputs(features);
        network.setLabels(targets);
        network.computeGradientAndScore();
        batches++;
        for (Statistic statistic : statistics) {
            if (statistic.layer.getDecay() < 1) {
                double share = 1 / (batches * (1 - statistic.layer.getDecay()));
                statistic.values.subi(network.gradient().getGradientFor(statistic.gradient).mul(share)
                        .reshape(statistic.values.shape()));
            }
        }
        network.clear();
        network.clearLayersStates();
    }
}
