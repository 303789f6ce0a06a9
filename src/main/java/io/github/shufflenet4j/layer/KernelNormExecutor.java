package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;

import java.nio.FloatBuffer;
import java.util.Map;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.conv.NormKernel;

/** Batch norm and activation by this library's kernels: FLOAT and NCHW on the CPU, with ReLU or no activation. */
final class KernelNormExecutor implements ConvNormExecutor {

    private final NormActivation conf;
    private final NormKernel kernel;
    private final float[] batchMean;
    private final float[] batchVariance;
    private boolean lastWasTraining;

    KernelNormExecutor(NormActivation conf) {
        this.conf = conf;
        int channels = Math.toIntExact(conf.getNOut());
        this.kernel = new NormKernel(channels,
                conf.getActivationFn() instanceof ActivationIdentity ? Activation.IDENTITY : Activation.RELU,
                (float) conf.getEps(), Workers.shared());
        this.batchMean = new float[channels];
        this.batchVariance = new float[channels];
    }

    /** Whether there are kernels for this layer. */
    static boolean supports(NormActivation conf, DataType dataType) {
        return conf.getFormat() == CNN2DFormat.NCHW && CpuArrays.areAccessible(dataType)
                && (conf.getActivationFn() instanceof ActivationIdentity
                || KernelConvNormExecutor.isRelu(conf.getActivationFn()));
    }

    @Override
    public INDArray forward(INDArray input, Map<String, INDArray> params, boolean training,
                            LayerWorkspaceMgr workspaces) {
        INDArray output =
                workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, input.shape(), 'c');
        float[] gamma = CpuArrays.toHeap(params.get(GAMMA));
        float[] beta = CpuArrays.toHeap(params.get(BETA));
        try (ArrayMemory memory = new ArrayMemory()) {
            FloatBuffer x = memory.read(input);
            FloatBuffer out = memory.buffer(output);
            if (training) {
                kernel.forwardTraining(images(input), plane(input), x, gamma, beta, out, batchMean, batchVariance);
            } else {
                kernel.forward(images(input), plane(input), x, gamma, beta, CpuArrays.toHeap(params.get(MEAN)),
                        CpuArrays.toHeap(params.get(VARIANCE)), out);
            }
        }
        lastWasTraining = training;
        return output;
    }

    @Override
    public INDArray backward(INDArray input, INDArray epsilon, Map<String, INDArray> params,
                             Map<String, INDArray> gradients, boolean inputGradient, LayerWorkspaceMgr workspaces) {
        INDArray dInput =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
        float[] dGamma = new float[batchMean.length];
        float[] dBeta = new float[batchMean.length];
        try (ArrayMemory memory = new ArrayMemory()) {
            kernel.backward(images(input), plane(input), memory.read(input),
                    memory.read(epsilon.castTo(DataType.FLOAT)), memory.buffer(dInput), dGamma, dBeta);
        }
        CpuArrays.fromHeap(dGamma, gradients.get(GAMMA));
        CpuArrays.fromHeap(dBeta, gradients.get(BETA));
        RunningStatistics.towardsBatch(gradients, params, batchMean, batchVariance,
                (long) images(input) * plane(input), lastWasTraining ? 1 - conf.getDecay() : 0);
        return inputGradient ? dInput : null;
    }

    private static int images(INDArray input) {
        return Math.toIntExact(input.size(0));
    }

    private static int plane(INDArray input) {
        return Math.toIntExact(input.size(2) * input.size(3));
    }

    @Override
    public void clear() {
        // The kernel keeps a few numbers by channel only.
    }
}
