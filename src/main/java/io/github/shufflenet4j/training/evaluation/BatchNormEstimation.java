package io.github.shufflenet4j.training.evaluation;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.layer.ConvNormActivation;
import io.github.shufflenet4j.model.Freezing;

/**
 * Batch norm's running statistics as plain means over batches instead of moving ones, as the authors estimate them
 * anew after training: their momentum is 1 / iteration. Frozen layers keep the ones that they have.
 */
public final class BatchNormEstimation {

    private final ComputationGraph network;
    private int batches;

    /** Forgets the statistics that {@code network} has. */
    public BatchNormEstimation(ComputationGraph network) {
        this.network = network;
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        forEachStatistic((layer, key, values) -> values.assign(0));
    }

    /** Takes a batch into the means; the network's other parameters stay. */
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

    @FunctionalInterface
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
