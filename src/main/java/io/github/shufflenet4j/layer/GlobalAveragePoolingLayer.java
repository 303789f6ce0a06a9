package io.github.shufflenet4j.layer;

import java.util.Arrays;
import java.util.Optional;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.conv.AveragePoolKernel;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.conv.PlaneOutput;
import io.github.shufflenet4j.kernel.conv.PlaneSource;

/** Runtime half of {@link GlobalAveragePooling}. */
final class GlobalAveragePoolingLayer extends GlobalPoolingLayer implements PlaneLinks.Linkable {

    private static final long serialVersionUID = 1L;

    private static final int[] NCHW_PIXELS = {2, 3};

    private transient PlaneLinks links = PlaneLinks.NONE;

    GlobalAveragePoolingLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /** Whether there are kernels for this layer, whatever its input. */
    @Override
    public boolean canLink() {
        int[] pooled = layerConf().getPoolingDimensions();
        return CpuArrays.areAccessible(dataType) && layerConf().getIDropout() == null
                && layerConf().isCollapseDimensions() && (pooled == null || Arrays.equals(pooled, NCHW_PIXELS));
    }

    @Override
    public void link(PlaneLinks to) {
        links = to;
    }

    private boolean hasKernels() {
        return canLink() && input.rank() == 4 && input.dataType() == DataType.FLOAT && maskArray == null;
    }

    private int images() {
        return Math.toIntExact(input.size(0));
    }

    private int channels() {
        return Math.toIntExact(input.size(1));
    }

    private AveragePoolKernel kernel() {
        return new AveragePoolKernel(Math.toIntExact(input.size(2) * input.size(3)), Workers.shared());
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        if (!hasKernels()) {
            return super.activate(training, workspaces);
        }
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT,
                new long[] {images(), channels()}, 'c');
        try (ArrayMemory memory = new ArrayMemory()) {
            PlaneSource x = links.source(0, () -> Layers.planes(memory.read(input), input));
            CpuArrays.fromHeap(kernel().forward(images(), channels(), x), output);
        }
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (!hasKernels()) {
            return super.backpropGradient(epsilon, workspaces);
        }
        Optional<PlaneOutput> link = links.input(0);
        INDArray dInput = Layers.inputGradient(links, input, workspaces);
        try (ArrayMemory memory = new ArrayMemory()) {
            float[] dMeans = new float[images() * channels()];
            memory.read(epsilon.castTo(DataType.FLOAT)).get(0, dMeans);
            PlaneSource gradient = kernel().backward(channels(), dMeans);
            if (link.isPresent()) {
                link.get().add(gradient, channels());
            } else {
                kernel().copy(images(), channels(), gradient, Layers.planes(memory.buffer(dInput), dInput));
            }
        }
        return new Pair<>(new DefaultGradient(), dInput);
    }
}
