package io.github.shufflenet4j.spark;

import java.util.List;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/** The mean of networks, each weighted by the images it was updated by. */
final class Average {

    /** Enough for a thread to be worth waking. */
    private static final int BLOCK = 1 << 16;

    private Average() {
    }

    /**
     * Parameters and updater state are averaged in double precision, in the order of the list; the position in the run
     * is that of the network that is furthest.
     *
     * @param states  of networks of the same configuration, at least one
     * @param weights of each, above 0
     */
    static NetworkState of(List<NetworkState> states, double[] weights) {
        return new NetworkState(mean(states.stream().map(NetworkState::parameters).toArray(float[][]::new), weights),
                mean(states.stream().map(NetworkState::updater).toArray(float[][]::new), weights),
                states.stream().mapToInt(NetworkState::iteration).max().orElseThrow(), states.get(0).epoch());
    }

    private static float[] mean(float[][] arrays, double[] weights) {
        int length = arrays[0].length;
        float[] mean = new float[length];
        Workers.shared().parallelFor((length + BLOCK - 1) / BLOCK, block -> {
            for (int i = block * BLOCK; i < Math.min(length, (block + 1) * BLOCK); i++) {
                mean[i] = mean(arrays, weights, i);
            }
        });
        return mean;
    }

    private static float mean(float[][] arrays, double[] weights, int index) {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < arrays.length; i++) {
            sum += weights[i] * arrays[i][index];
            total += weights[i];
        }
        return (float) (sum / total);
    }
}
