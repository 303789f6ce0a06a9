package io.github.shufflenet4j.layer;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.conv.MaxPoolKernel;

/** Runtime half of {@link MaxPooling}. */
final class MaxPoolingLayer extends SubsamplingLayer {

    private static final long serialVersionUID = 1L;

    MaxPoolingLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    private boolean hasKernels() {
        return layerConf().getCnn2dDataFormat() == CNN2DFormat.NCHW && CpuArrays.areAccessible(dataType);
    }

    private MaxPoolKernel kernel() {
        return new MaxPoolKernel(Math.toIntExact(input.size(2)), Math.toIntExact(input.size(3)), Workers.shared());
    }

    private int planes() {
        return Math.toIntExact(input.size(0) * input.size(1));
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        if (!hasKernels()) {
            return super.activate(training, workspaces);
        }
        assertInputSet(false);
        INDArray x = input.castTo(dataType);
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType,
                new long[] {x.size(0), x.size(1), (x.size(2) + 1) / 2, (x.size(3) + 1) / 2}, 'c');
        try (ArrayMemory memory = new ArrayMemory()) {
            kernel().forward(planes(), memory.read(x), memory.buffer(output));
        }
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        if (!hasKernels()) {
            return super.backpropGradient(epsilon, workspaces);
        }
        assertInputSet(true);
        INDArray x = input.castTo(dataType);
        INDArray dX = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
        try (ArrayMemory memory = new ArrayMemory()) {
            kernel().backward(planes(), memory.read(x), memory.read(epsilon.castTo(dataType)), memory.buffer(dX));
        }
        return new Pair<>(new DefaultGradient(), dX);
    }
}
