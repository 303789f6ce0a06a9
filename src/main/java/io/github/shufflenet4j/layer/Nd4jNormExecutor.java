package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;

import java.util.Map;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.BatchNorm;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Batch norm and activation by ND4J operations: any backend, any floating-point type, both layouts. */
final class Nd4jNormExecutor implements ConvNormExecutor {

    private final IActivation activation;
    private final double eps;
    private final double decay;
    private final int channelAxis;
    private final int[] otherAxes;

    /** The batch's mean and biased variance in the last training forward pass. */
    private INDArray batchMean;
    private INDArray batchVariance;

    /** Whether the last forward pass normalised by its batch; that of a frozen layer did not. */
    private boolean lastWasTraining;

    Nd4jNormExecutor(IActivation activation, double eps, double decay, CNN2DFormat format) {
        this.activation = activation;
        this.eps = eps;
        this.decay = decay;
        boolean nchw = format == CNN2DFormat.NCHW;
        this.channelAxis = nchw ? 1 : 3;
        this.otherAxes = nchw ? new int[] {0, 2, 3} : new int[] {0, 1, 2};
    }

    @Override
    public INDArray forward(INDArray y, Map<String, INDArray> params, boolean training,
                            LayerWorkspaceMgr workspaces) {
        INDArray mean = params.get(MEAN);
        INDArray variance = params.get(VARIANCE);
        if (training) {
            mean = workspaces.leverageTo(ArrayType.ACTIVATIONS, y.mean(otherAxes));
            variance = workspaces.leverageTo(ArrayType.ACTIVATIONS, y.var(false, otherAxes));
            batchMean = mean;
            batchVariance = variance;
        } else {
            clear();
        }
        lastWasTraining = training;
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, y.dataType(), y.shape(), 'c');
        normalise(y, mean, variance, params, output);
        return activation.getActivation(output, training);
    }

    @Override
    public INDArray backward(INDArray y, INDArray epsilon, Map<String, INDArray> params,
                             Map<String, INDArray> gradients, boolean inputGradient, LayerWorkspaceMgr workspaces) {
        INDArray dy = backward(y, epsilon, params, gradients);
        return inputGradient ? workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, dy) : null;
    }

    /** As above, but what it returns is in no workspace. */
    INDArray backward(INDArray y, INDArray epsilon, Map<String, INDArray> params, Map<String, INDArray> gradients) {
        INDArray mean = lastWasTraining ? batchMean : params.get(MEAN);
        INDArray variance = lastWasTraining ? batchVariance : params.get(VARIANCE);
        INDArray z = Nd4j.createUninitialized(y.dataType(), y.shape(), 'c');
        normalise(y, mean, variance, params, z);
        INDArray dz = activation.backprop(z, epsilon.castTo(y.dataType())).getFirst();

        INDArray inverseDeviation = Transforms.sqrt(variance.add(eps), false).rdivi(1.0);
        INDArray normalised = y.sub(perChannel(mean, y)).muli(perChannel(inverseDeviation, y));
        INDArray dGamma = gradients.get(GAMMA);
        INDArray dBeta = gradients.get(BETA);
        dGamma.assign(dz.mul(normalised).sum(otherAxes));
        dBeta.assign(dz.sum(otherAxes));

        INDArray dy = dz;
        if (lastWasTraining) {
            double count = (double) y.length() / y.size(channelAxis);
            dy = dz.sub(perChannel(dBeta.div(count), y)).subi(normalised.muli(perChannel(dGamma.div(count), y)));
            towardsBatch(gradients.get(MEAN), params.get(MEAN), mean, 1);
            towardsBatch(gradients.get(VARIANCE), params.get(VARIANCE), variance, count / Math.max(count - 1, 1));
        } else {
            gradients.get(MEAN).assign(0);
            gradients.get(VARIANCE).assign(0);
        }
        return dy.mul(perChannel(params.get(GAMMA).mul(inverseDeviation), y));
    }

    @Override
    public void clear() {
        batchMean = null;
        batchVariance = null;
    }

    /** The update is subtracted: running - (1 - decay) (running - scale * batch). */
    private void towardsBatch(INDArray update, INDArray running, INDArray batch, double scale) {
        update.assign(running).subi(batch.mul(scale)).muli(1 - decay);
    }

    private void normalise(INDArray y, INDArray mean, INDArray variance, Map<String, INDArray> params, INDArray out) {
        BatchNorm operation = new BatchNorm(y, mean, variance, params.get(GAMMA), params.get(BETA), eps, channelAxis);
        operation.addOutputArgument(out);
        Nd4j.exec(operation);
    }

    private INDArray perChannel(INDArray vector, INDArray like) {
        long[] shape = {1, 1, 1, 1};
        shape[channelAxis] = like.size(channelAxis);
        return vector.reshape(shape);
    }
}
