package io.github.shufflenet4j.training;

import java.util.List;

import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.model.Freezing;

/**
 * A parameter array of a network that is not frozen.
 *
 * @param layer     that it belongs to
 * @param name      within the layer
 * @param from      its first number among all of the network
 * @param to        their end
 * @param statistic whether it is one of batch norm's: what travels among the gradients for it is no sum over images
 * @param gradient  a view of its gradient, in its shape
 */
public record TrainedParameter(String layer, String name, int from, int to, boolean statistic, INDArray gradient) {

    /** Those of a network, in its order. */
    public static List<TrainedParameter> of(ComputationGraph network) {
        return network.getUpdater().getUpdaterBlocks().stream().map(UpdaterBlock::getLayersAndVariablesInBlock)
                .flatMap(List::stream).map(TrainedParameter::of)
                .filter(parameter -> !Freezing.isFrozen(network, parameter.layer())).toList();
    }

    private static TrainedParameter of(UpdaterBlock.ParamState param) {
        Trainable layer = param.getLayer();
        return new TrainedParameter(layer.getConfig().getLayerName(), param.getParamName(),
                param.getParamOffsetStart(), param.getParamOffsetEnd(),
                !layer.updaterDivideByMinibatch(param.getParamName()), param.getGradView());
    }

    /** What DL4J knows its gradient by. */
    String key() {
        return layer + "_" + name;
    }
}
