package io.github.shufflenet4j.layer;

import java.util.Optional;

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
import io.github.shufflenet4j.kernel.conv.HeapPlanes;
import io.github.shufflenet4j.kernel.conv.MappedPlanes;
import io.github.shufflenet4j.kernel.conv.MaxPoolKernel;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.conv.PlaneOutput;
import io.github.shufflenet4j.kernel.conv.PlaneSource;

/** Runtime half of {@link MaxPooling}. */
final class MaxPoolingLayer extends SubsamplingLayer implements PlaneLinks.Linkable {

    private static final long serialVersionUID = 1L;

    private transient PlaneLinks links = PlaneLinks.NONE;
    /** The last output that was linked; the next one uses the memory again. */
    private transient float[] pooled = new float[0];

    MaxPoolingLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    private boolean hasKernels() {
        return layerConf().getCnn2dDataFormat() == CNN2DFormat.NCHW && CpuArrays.areAccessible(dataType);
    }

    private MaxPoolKernel kernel() {
        return new MaxPoolKernel(Math.toIntExact(input.size(2)), Math.toIntExact(input.size(3)), Workers.shared());
    }

    @Override
    public boolean canLink() {
        return hasKernels() && layerConf().getIDropout() == null;
    }

    @Override
    public void link(PlaneLinks to) {
        links = to;
    }

    private int images() {
        return Math.toIntExact(input.size(0));
    }

    private int channels() {
        return Math.toIntExact(input.size(1));
    }

    private PlaneSource input(ArrayMemory memory) {
        return links.source(0, () -> Layers.planes(memory.read(input.castTo(dataType)), input));
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        if (!hasKernels()) {
            return super.activate(training, workspaces);
        }
        assertInputSet(false);
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, new long[] {input.size(0),
            input.size(1), (input.size(2) + 1) / 2, (input.size(3) + 1) / 2}, 'c');
        Optional<PlaneOutput> link = links.output();
        Optional<HeapPlanes> linked = link.map(to -> newPooled(Math.toIntExact(output.length() / channels())));
        try (ArrayMemory memory = new ArrayMemory()) {
            kernel().forward(images(), channels(), input(memory),
                    linked.isPresent() ? linked.get() : Layers.planes(memory.buffer(output), output));
        }
        link.ifPresent(to -> to.set(linked.get(), channels()));
        return output;
    }

    private HeapPlanes newPooled(int columns) {
        int size = HeapPlanes.size(channels(), columns);
        pooled = pooled.length < size ? new float[size] : pooled;
        return HeapPlanes.of(pooled, channels(), columns);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        if (!hasKernels()) {
            return super.backpropGradient(epsilon, workspaces);
        }
        assertInputSet(true);
        Optional<PlaneOutput> inputLink = links.input(0);
        Optional<MappedPlanes> gradient = links.gradient();
        Optional<HeapPlanes> dLinked = inputLink.map(link -> link.newGradient(channels(),
                Math.toIntExact(input.size(0) * input.size(2) * input.size(3))));
        INDArray dInput = Layers.inputGradient(links, input, workspaces);
        try (ArrayMemory memory = new ArrayMemory()) {
            PlaneSource dOut = gradient.isPresent() ? gradient.get()
                    : Layers.planes(memory.read(epsilon.castTo(dataType)), epsilon);
            kernel().backward(images(), channels(), input(memory), dOut,
                    dLinked.isPresent() ? dLinked.get() : Layers.planes(memory.buffer(dInput), input));
        }
        gradient.ifPresent(MappedPlanes::releaseAll);
        dLinked.ifPresent(planes -> inputLink.get().add(planes, channels()));
        return new Pair<>(new DefaultGradient(), dInput);
    }
}
