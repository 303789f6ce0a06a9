package io.github.shufflenet4j.spark;

import java.io.Serializable;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All of a network that training changes, as it travels.
 *
 * @param parameters of all layers, batch norm's statistics among them
 * @param updater    the updater's state; empty where it does not matter
 * @param iteration  updates done
 * @param epoch      epochs done
 */
record NetworkState(float[] parameters, float[] updater, int iteration, int epoch) implements Serializable {

    /** A copy of that of a network that is trained. */
    static NetworkState of(ComputationGraph network) {
        INDArray updater = network.getUpdater().getStateViewArray();
        return of(network, updater == null ? new float[0] : updater.toFloatVector());
    }

    /** A copy of that of a network that is only run. */
    static NetworkState withoutUpdater(ComputationGraph network) {
        return of(network, new float[0]);
    }

    private static NetworkState of(ComputationGraph network, float[] updater) {
        return new NetworkState(network.params().toFloatVector(), updater,
                network.getConfiguration().getIterationCount(), network.getConfiguration().getEpochCount());
    }

    /** Gives it to a network of the same configuration. */
    void copyTo(ComputationGraph network) {
        assign(network.params(), parameters);
        if (updater.length > 0) {
            assign(network.getUpdater().getStateViewArray(), updater);
        }
        network.getConfiguration().setIterationCount(iteration);
        network.getConfiguration().setEpochCount(epoch);
    }

    private static void assign(INDArray target, float[] values) {
        target.assign(Nd4j.createFromArray(values).castTo(target.dataType()).reshape(target.shape()));
    }
}
