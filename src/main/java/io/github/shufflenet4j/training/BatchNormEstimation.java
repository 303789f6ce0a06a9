package io.github.shufflenet4j.training;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.layer.ConvNormActivation;

/**
 * Batch norm's running statistics as plain means over batches instead of moving ones, as the authors estimate them
 * anew after training: their momentum is 1 / iteration.
 */
final class BatchNormEstimation {

    private final ComputationGraph network;
    private int batches;

    /** Forgets the statistics that {@code network} has. */
    BatchNormEstimation(ComputationGraph network) {
        this.network = network;
        if (network.getFlattenedGradients() == null) {
            network.initGradientsView();
        }
        for (Layer layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof ConvNormActivation) {
                layer.paramTable().forEach((key, values) -> {
                    if (isStatistic(layer, key)) {
                        values.assign(0);
                    }
                });
            }
        }
    }

    /** Takes a batch into the means; the network's other parameters stay. */
    void add(INDArray features, INDArray targets) {
        // A backward pass gives the step from the running statistics towards the batch's, times the layer's momentum.
        network.setInputs(features);
        network.setLabels(targets);
        network.computeGradientAndScore();
        batches++;
        for (Layer layer : network.getLayers()) {
            if (layer.conf().getLayer() instanceof ConvNormActivation conf && conf.getDecay() < 1) {
                double share = 1 / (batches * (1 - conf.getDecay()));
                layer.paramTable().forEach((key, values) -> {
                    if (isStatistic(layer, key)) {
                        values.subi(network.gradient().getGradientFor(conf.getLayerName() + "_" + key).mul(share)
                                .reshape(values.shape()));
                    }
                });
            }
        }
        network.clear();
        network.clearLayersStates();
    }

    private static boolean isStatistic(Layer layer, String key) {
        return !layer.updaterDivideByMinibatch(key);
    }
}
