package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.BETA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.GAMMA;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.MEAN;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.VARIANCE;
import static io.github.shufflenet4j.layer.ConvNormActivationParams.WEIGHT;

import java.util.Map;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.BatchNorm;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

import io.github.shufflenet4j.backend.ArrayViews;

/** The executor made of ND4J operations: any backend, any floating-point type, both layouts, any group count. */
final class Nd4jConvNormExecutor implements ConvNormExecutor {

    private final ConvNormActivation conf;
    private final int channelAxis;
    private final int[] otherAxes;

    /** Of the last training forward pass: the convolution's output, and the batch's mean and biased variance. */
    private INDArray convolved;
    private INDArray batchMean;
    private INDArray batchVariance;

    /** Whether the last forward pass normalised by its batch; that of a frozen layer did not. */
    private boolean lastWasTraining;

    Nd4jConvNormExecutor(ConvNormActivation conf) {
        this.conf = conf;
        boolean nchw = conf.getFormat() == CNN2DFormat.NCHW;
        this.channelAxis = nchw ? 1 : 3;
        this.otherAxes = nchw ? new int[] {0, 2, 3} : new int[] {0, 1, 2};
    }

    @Override
    public INDArray forward(INDArray input, Map<String, INDArray> params, boolean training,
                            LayerWorkspaceMgr workspaces) {
        INDArray weight = params.get(WEIGHT);
        INDArray mean = params.get(MEAN);
        INDArray variance = params.get(VARIANCE);
        INDArray y;
        if (training) {
            y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, weight.dataType(), outputShape(input), 'c');
            convolve(input, weight, y);
            mean = workspaces.leverageTo(ArrayType.ACTIVATIONS, y.mean(otherAxes));
            variance = workspaces.leverageTo(ArrayType.ACTIVATIONS, y.var(false, otherAxes));
            convolved = y;
            batchMean = mean;
            batchVariance = variance;
        } else {
            clear();
            y = Nd4j.createUninitialized(weight.dataType(), outputShape(input), 'c');
            convolve(input, weight, y);
        }
        lastWasTraining = training;
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, weight.dataType(), y.shape(), 'c');
        normalise(y, mean, variance, params, output);
        return conf.getActivationFn().getActivation(output, training);
    }

    @Override
    public INDArray backward(INDArray input, INDArray epsilon, Map<String, INDArray> params,
                             Map<String, INDArray> gradients, boolean inputGradient, LayerWorkspaceMgr workspaces) {
        INDArray weight = params.get(WEIGHT);
        INDArray y = convolved;
        INDArray mean = batchMean;
        INDArray variance = batchVariance;
        if (!lastWasTraining) {
            y = Nd4j.createUninitialized(weight.dataType(), outputShape(input), 'c');
            convolve(input, weight, y);
            mean = params.get(MEAN);
            variance = params.get(VARIANCE);
        }
        INDArray z = Nd4j.createUninitialized(weight.dataType(), y.shape(), 'c');
        normalise(y, mean, variance, params, z);
        INDArray dz = conf.getActivationFn().backprop(z, epsilon.castTo(weight.dataType())).getFirst();

        INDArray inverseDeviation = Transforms.sqrt(variance.add(conf.getEps()), false).rdivi(1.0);
        INDArray normalised = y.sub(perChannel(mean, y)).muli(perChannel(inverseDeviation, y));
        INDArray dGamma = gradients.get(GAMMA);
        INDArray dBeta = gradients.get(BETA);
        dGamma.assign(dz.mul(normalised).sum(otherAxes));
        dBeta.assign(dz.sum(otherAxes));

        INDArray dy = dz;
        if (lastWasTraining) {
            double count = (double) y.length() / conf.getNOut();
            dy = dz.sub(perChannel(dBeta.div(count), y)).subi(normalised.muli(perChannel(dGamma.div(count), y)));
            towardsBatch(gradients.get(MEAN), params.get(MEAN), mean, 1);
            towardsBatch(gradients.get(VARIANCE), params.get(VARIANCE), variance, count / Math.max(count - 1, 1));
        } else {
            gradients.get(MEAN).assign(0);
            gradients.get(VARIANCE).assign(0);
        }
        dy = dy.mul(perChannel(params.get(GAMMA).mul(inverseDeviation), y));

        INDArray dInput = workspaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, weight.dataType(), input.shape(), 'c');
        convolveBackward(input, weight, dy, dInput, gradients.get(WEIGHT));
        // ND4J's operation computes both gradients or none.
        return inputGradient ? dInput : null;
    }

    @Override
    public void clear() {
        convolved = null;
        batchMean = null;
        batchVariance = null;
    }

    /** The update is subtracted: running - (1 - decay) (running - scale * batch). */
    private void towardsBatch(INDArray update, INDArray running, INDArray batch, double scale) {
        update.assign(running).subi(batch.mul(scale)).muli(1 - conf.getDecay());
    }

    private void normalise(INDArray y, INDArray mean, INDArray variance, Map<String, INDArray> params, INDArray out) {
        BatchNorm operation =
                new BatchNorm(y, mean, variance, params.get(GAMMA), params.get(BETA), conf.getEps(), channelAxis);
        operation.addOutputArgument(out);
        Nd4j.exec(operation);
    }

    private INDArray perChannel(INDArray vector, INDArray like) {
        long[] shape = {1, 1, 1, 1};
        shape[channelAxis] = like.size(channelAxis);
        return vector.reshape(shape);
    }

    private long[] outputShape(INDArray input) {
        int heightAxis = channelAxis == 1 ? 2 : 1;
        long height = outputSize(input.size(heightAxis));
        long width = outputSize(input.size(heightAxis + 1));
        return channelAxis == 1
                ? new long[] {input.size(0), conf.getNOut(), height, width}
                : new long[] {input.size(0), height, width, conf.getNOut()};
    }

    private long outputSize(long size) {
        return (size + 2L * conf.getPadding() - conf.getKernelSize()) / conf.getStride() + 1;
    }

    // Three kinds of convolution: depthwise (one input channel in a group) and full (one group) are ND4J operations;
    // any other is a full one for each group.

    private boolean depthwise() {
        return conf.getGroups() > 1 && conf.getGroups() == conf.getNIn();
    }

    private void convolve(INDArray input, INDArray weight, INDArray output) {
        if (depthwise()) {
            exec("depthwise_conv2d", new INDArray[] {input, depthwiseWeight(weight)}, output);
        } else if (conf.getGroups() == 1) {
            exec("conv2d", new INDArray[] {input, weight}, output);
        } else {
            for (int group = 0; group < conf.getGroups(); group++) {
                INDArray result = Nd4j.createUninitialized(
                        output.dataType(), part(output, channelAxis, group).shape(), 'c');
                exec("conv2d", new INDArray[] {part(input, channelAxis, group).dup('c'), part(weight, 0, group)},
                        result);
                part(output, channelAxis, group).assign(result);
            }
        }
    }

    private void convolveBackward(INDArray input, INDArray weight, INDArray dOutput, INDArray dInput,
                                  INDArray dWeight) {
        if (depthwise()) {
            exec("depthwise_conv2d_bp", new INDArray[] {input, depthwiseWeight(weight), dOutput},
                    dInput, depthwiseWeight(dWeight));
        } else if (conf.getGroups() == 1) {
            exec("conv2d_bp", new INDArray[] {input, weight, dOutput}, dInput, dWeight);
        } else {
            for (int group = 0; group < conf.getGroups(); group++) {
                INDArray x = part(input, channelAxis, group).dup('c');
                INDArray dx = Nd4j.createUninitialized(x.dataType(), x.shape(), 'c');
                exec("conv2d_bp",
                        new INDArray[] {x, part(weight, 0, group), part(dOutput, channelAxis, group).dup('c')},
                        dx, part(dWeight, 0, group));
                part(dInput, channelAxis, group).assign(dx);
            }
        }
    }

    /** [groups * multiplier, 1, k, k] as [multiplier, groups, k, k], the second weight format of ND4J's operation. */
    private INDArray depthwiseWeight(INDArray weight) {
        long multiplier = conf.getNOut() / conf.getGroups();
        return weight.reshape('c', conf.getGroups(), multiplier, conf.getKernelSize(), conf.getKernelSize())
                .permute(1, 0, 2, 3);
    }

    private INDArray part(INDArray array, int axis, int group) {
        long size = array.size(axis) / conf.getGroups();
        return ArrayViews.range(array, axis, group * size, size);
    }

    private void exec(String operation, INDArray[] inputs, INDArray... outputs) {
        final int explicitPadding = 0;
        final int dilation = 1;
        Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(inputs)
                .addOutputs(outputs)
                .addIntegerArguments(conf.getKernelSize(), conf.getKernelSize(), conf.getStride(), conf.getStride(),
                        conf.getPadding(), conf.getPadding(), dilation, dilation, explicitPadding,
                        channelAxis == 1 ? 0 : 1, WeightsFormat.OIYX.ordinal())
                .build());
    }
}
