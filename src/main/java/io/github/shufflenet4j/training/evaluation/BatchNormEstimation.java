package io.github.shufflenet4j.training.evaluation;

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

    private final ComputationGraph network;
    private int batches;

    /** Resets the statistics of {@code network}. */
    public BatchNormEstimation(ComputationGraph network) {
        this.network = network;
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        forEachStatistic((layer, key, values) -> values.assign(0));
    }

    /** Adds a batch to the means; other parameters stay. */
    public void add(INDArray features, INDArray targets) {
        // A backward pass gives the step from the running statistics towards the batch's, times the layer's momentum.
        network.setInputs(features);
        network.setLabels(targets);
        network.computeGradientAndScore();
        batches++;
        forEachStatistic((layer, key, values) -> {
            if (layer.getDecay() < 1) {
                double share = 1 / (batches * (1 - layer.getDecay()));
                values.subi(network.gradient().getGradientFor(layer.getLayerName() + "_" + key).mul(share)
                        .reshape(values.shape()));
            }
        });
        network.clear();
        network.clearLayersStates();
    }

    private interface StatisticConsumer {
        void accept(ConvNormActivation layer, String key, INDArray values);
    }

    private void forEachStatistic(StatisticConsumer consumer) {
        for (Layer layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof ConvNormActivation conf
                    && !Freezing.isFrozen(network, conf.getLayerName())) {
                layer.paramTable().forEach((key, values) -> {
                    if (!layer.updaterDivideByMinibatch(key)) {
                        consumer.accept(conf, key, values);
                    }
                });
            }
        }
    }
}
