package io.github.shufflenet4j.spark;

import java.io.Serializable;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * The state of a network that training changes, to be sent.
 *
 * @param parameters of all layers, batch norm's statistics included
 * @param updater    state of the updater; empty if it is not needed
 * @param iteration  steps taken
 * @param epoch      epochs completed
 */
record NetworkState(float[] parameters, float[] updater, int iteration, int epoch) implements Serializable {

    /** Numbers averaged at a time by a thread. */
    private static final int BLOCK = 1 << 16;

    /** A copy of the state of a network in training. */
    static NetworkState of(ComputationGraph network) {
        INDArray updater = network.getUpdater().getStateViewArray();
        return new NetworkState(network.params().toFloatVector(),
                updater == null ? new float[0] : updater.toFloatVector(),
                network.getConfiguration().getIterationCount(), network.getConfiguration().getEpochCount());
    }

    NetworkState withoutUpdater() {
        return new NetworkState(parameters, new float[0], iteration, epoch);
    }

    /** The weighted mean, computed in double precision in the order of the list. Its iteration is the highest. */
    static NetworkState mean(List<NetworkState> states, double[] weights) {
        return new NetworkState(mean(states.stream().map(NetworkState::parameters).toArray(float[][]::new), weights),
                mean(states.stream().map(NetworkState::updater).toArray(float[][]::new), weights),
                states.stream().mapToInt(NetworkState::iteration).max().orElseThrow(), states.get(0).epoch());
    }

    private static float[] mean(float[][] arrays, double[] weights) {
        int length = arrays[0].length;
        float[] mean = new float[length];
        Workers.shared().parallelFor(Rounding.ceilDiv(length, BLOCK), block -> {
            for (int i = block * BLOCK; i < Math.min(length, (block + 1) * BLOCK); i++) {
                double sum = 0;
                double total = 0;
                for (int j = 0; j < arrays.length; j++) {
                    sum += weights[j] * arrays[j][i];
                    total += weights[j];
                }
                mean[i] = (float) (sum / total);
            }
        });
        return mean;
    }

    /** Sets the state of a network of the same configuration. */
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
