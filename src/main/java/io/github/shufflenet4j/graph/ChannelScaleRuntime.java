package io.github.shufflenet4j.graph;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ChannelScaleVertex}. */
final class ChannelScaleRuntime extends ParameterlessRuntime {

    private static final long serialVersionUID = 1L;

    private final CNN2DFormat format;

    ChannelScaleRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType) {
        super(graph, name, index, dataType);
        this.format = format;
    }

    @Override
    INDArray forward(LayerWorkspaceMgr workspaces) {
        INDArray planes = inputs[0].castTo(dataType);
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, planes.shape(), 'c');
        return planes.mul(factors(), output);
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
        INDArray planes = inputs[0].castTo(dataType);
        INDArray gradient = epsilon.castTo(dataType);
        INDArray toPlanes = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, planes.shape(), 'c');
        gradient.mul(factors(), toPlanes);
        int[] places = format == CNN2DFormat.NCHW ? new int[] {2, 3} : new int[] {1, 2};
        INDArray toFactors = workspaces.leverageTo(ArrayType.ACTIVATION_GRAD,
                gradient.mul(planes).sum(places).reshape(inputs[1].shape()));
        return new INDArray[] {toPlanes, toFactors};
    }

    private INDArray factors() {
        long[] shape = {inputs[1].size(0), 1, 1, 1};
        shape[ChannelCopy.axis(format)] = inputs[1].size(1);
        return inputs[1].castTo(dataType).reshape(shape);
    }

    @Override
    public String toString() {
        return "ChannelScale(name=\"" + getVertexName() + "\")";
    }
}
