package io.github.shufflenet4j.layer;

import java.nio.FloatBuffer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.conv.LinearKernel;

/** Runtime half of {@link ClassifierOutput}. */
final class ClassifierOutputLayer extends OutputLayer {

    private static final long serialVersionUID = 1L;

    private static final String WEIGHT = DefaultParamInitializer.WEIGHT_KEY;
    private static final String BIAS = DefaultParamInitializer.BIAS_KEY;

    private transient LinearKernel kernel;
    /** The outputs of a backward pass, which the score of the same step needs again, and their input. */
    private transient float[] outputs;
    private transient INDArray inputOfOutputs;

    ClassifierOutputLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    private boolean hasKernels() {
        return CpuArrays.areAccessible(dataType) && input.rank() == 2 && input.dataType() == DataType.FLOAT
                && layerConf().getIDropout() == null && layerConf().getWeightNoise() == null;
    }

    private LinearKernel kernel() {
        if (kernel == null) {
            kernel = new LinearKernel(Math.toIntExact(layerConf().getNIn()), Math.toIntExact(layerConf().getNOut()),
                    Workers.shared());
        }
        return kernel;
    }

    /** DL4J's weights are [nIn, nOut] in Fortran order. */
    private static FloatBuffer weights(ArrayMemory memory, INDArray array) {
        return memory.buffer(array.transpose());
    }

    private FloatBuffer bias(ArrayMemory memory, INDArray array) {
        return hasBias() ? memory.buffer(array) : null;
    }

    @Override
    protected INDArray preOutput2d(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        if (!training || !hasKernels()) {
            return super.preOutput2d(training, workspaces);
        }
        int batch = Math.toIntExact(input.size(0));
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT,
                new long[] {batch, layerConf().getNOut()}, 'c');
        if (input != inputOfOutputs) {
            try (ArrayMemory memory = new ArrayMemory()) {
                outputs = kernel().forward(batch, memory.read(input), weights(memory, params.get(WEIGHT)),
                        bias(memory, params.get(BIAS)));
            }
        }
        CpuArrays.fromHeap(outputs, output);
        inputOfOutputs = null;
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (!hasKernels()) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray delta = layerConf().getLossFn().computeGradient(getLabels2d(workspaces, ArrayType.BP_WORKING_MEM),
                preOutput2d(true, workspaces), layerConf().getActivationFn(), maskArray);
        INDArray dInput =
                workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
        try (ArrayMemory memory = new ArrayMemory()) {
            float[] dOut = new float[outputs.length];
            memory.read(delta).get(0, dOut);
            kernel().backward(dOut, memory.buffer(dInput), weights(memory, gradientViews.get(WEIGHT)),
                    bias(memory, gradientViews.get(BIAS)));
        }
        inputOfOutputs = input;
        Gradient gradient = new DefaultGradient();
        gradient.setGradientFor(WEIGHT, gradientViews.get(WEIGHT));
        if (hasBias()) {
            gradient.setGradientFor(BIAS, gradientViews.get(BIAS));
        }
        return new Pair<>(gradient, dInput);
    }

    @Override
    public void clear() {
        super.clear();
        outputs = null;
        inputOfOutputs = null;
    }

    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        return SquaredPenalty.of(layerConf(), WEIGHT, params.get(WEIGHT).transpose(), hasBias() ? BIAS : null,
                getIterationCount(), getEpochCount())
                .orElseGet(() -> super.calcRegularizationScore(backpropParamsOnly));
    }
}
