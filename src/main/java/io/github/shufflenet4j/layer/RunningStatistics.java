package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;

import java.util.Map;

import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.CpuArrays;

/** What the kernels' executors write to the gradients of batch norm's running statistics. */
final class RunningStatistics {

    private RunningStatistics() {
    }

    /**
     * Writes the steps towards a batch, which are subtracted.
     *
     * @param mean     of the batch, by channel
     * @param variance biased, of the batch, by channel
     * @param count    number of values of a channel in the batch
     * @param share    of the way to the batch; 0 after a pass that did not normalise by it
     */
    static void towardsBatch(Map<String, INDArray> gradients, Map<String, INDArray> params, float[] mean,
                             float[] variance, long count, double share) {
        towards(gradients.get(MEAN), params.get(MEAN), mean, 1, share);
        towards(gradients.get(VARIANCE), params.get(VARIANCE), variance, (double) count / Math.max(count - 1, 1),
                share);
    }

    /** running - share (running - scale * batch) */
    private static void towards(INDArray update, INDArray running, float[] batch, double scale, double share) {
        float[] step = CpuArrays.toHeap(running);
        for (int i = 0; i < step.length; i++) {
            step[i] = (float) (share * (step[i] - scale * batch[i]));
        }
        CpuArrays.fromHeap(step, update);
    }
}
