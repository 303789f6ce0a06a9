package io.github.shufflenet4j.training.step;

import java.util.Arrays;
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
 * @param vector    whether it has one dimension, others of size 1 aside
 * @param statistic whether it is one of batch norm's: what travels among the gradients for it is no sum over images
 * @param gradient  a view of its gradient, as a vector
 */
public record TrainedParameter(String layer, String name, int from, int to, boolean vector, boolean statistic,
                               INDArray gradient) {

    /** Those of a network, in its order. */
    public static List<TrainedParameter> of(ComputationGraph network) {
        return network.getUpdater().getUpdaterBlocks().stream().map(UpdaterBlock::getLayersAndVariablesInBlock)
                .flatMap(List::stream).map(TrainedParameter::of)
                .filter(parameter -> !Freezing.isFrozen(network, parameter.layer())).toList();
    }

    private static TrainedParameter of(UpdaterBlock.ParamState param) {
        Trainable layer = param.getLayer();
        int count = param.getParamOffsetEnd() - param.getParamOffsetStart();
        boolean vector = Arrays.stream(layer.paramTable(false).get(param.getParamName()).shape())
                .anyMatch(size -> size == count);
        return new TrainedParameter(layer.getConfig().getLayerName(), param.getParamName(),
                param.getParamOffsetStart(), param.getParamOffsetEnd(), vector,
                !layer.updaterDivideByMinibatch(param.getParamName()), param.getGradView());
    }

    /** What DL4J knows its gradient by. */
    String key() {
        return layer + "_" + name;
    }
}
