package io.github.shufflenet4j.layer;

import static io.github.shufflenet4j.layer.ConvNormActivationParams.WEIGHT;

import java.util.Map;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.ArrayViews;

/** The executor made of ND4J operations: any backend, any floating-point type, both layouts, any group count. */
final class Nd4jConvNormExecutor implements ConvNormExecutor {

    private final ConvNormActivation conf;
    private final int channelAxis;
    /** Null in a layer without batch norm. */
    private final Nd4jNormExecutor norm;

    /** The convolution's output in the last training forward pass; null after another. */
    private INDArray convolved;

    Nd4jConvNormExecutor(ConvNormActivation conf) {
        this.conf = conf;
        this.channelAxis = conf.getFormat() == CNN2DFormat.NCHW ? 1 : 3;
        this.norm = conf.isBatchNorm()
                ? new Nd4jNormExecutor(conf.getActivationFn(), conf.getEps(), conf.getDecay(), conf.getFormat()) : null;
    }

    @Override
    public INDArray forward(INDArray input, Map<String, INDArray> params, boolean training,
                            LayerWorkspaceMgr workspaces) {
        INDArray weight = params.get(WEIGHT);
        clear();
        INDArray y = training || norm == null
                ? workspaces.createUninitialized(ArrayType.ACTIVATIONS, weight.dataType(), outputShape(input), 'c')
                : Nd4j.createUninitialized(weight.dataType(), outputShape(input), 'c');
        convolve(input, weight, y);
        if (training) {
            convolved = y;
        }
        if (norm != null) {
            return norm.forward(y, params, training, workspaces);
        }
        return conf.getActivationFn().getActivation(training ? workspaces.dup(ArrayType.ACTIVATIONS, y, 'c') : y,
                training);
    }

    @Override
    public INDArray backward(INDArray input, INDArray epsilon, Map<String, INDArray> params,
                             Map<String, INDArray> gradients, boolean inputGradient, LayerWorkspaceMgr workspaces) {
        INDArray weight = params.get(WEIGHT);
        INDArray y = convolved;
        if (y == null) {
            y = Nd4j.createUninitialized(weight.dataType(), outputShape(input), 'c');
            convolve(input, weight, y);
        }
        INDArray dy = norm != null ? norm.backward(y, epsilon, params, gradients)
                : conf.getActivationFn().backprop(y.dup('c'), epsilon.castTo(weight.dataType())).getFirst();
        INDArray dInput = workspaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, weight.dataType(), input.shape(), 'c');
        convolveBackward(input, weight, dy, dInput, gradients.get(WEIGHT));
        // ND4J's operation computes both gradients or none.
        return inputGradient ? dInput : null;
    }

    @Override
    public void clear() {
        convolved = null;
        if (norm != null) {
            norm.clear();
        }
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
