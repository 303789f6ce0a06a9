package io.github.shufflenet4j.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.conv.MappedPlanes;
import io.github.shufflenet4j.kernel.conv.PlaneLinks;
import io.github.shufflenet4j.kernel.conv.PlaneOutput;

/** Computes {@link ChannelSplitVertex} and {@link ChannelShuffleVertex}, which only move channels. */
final class ChannelCopyRuntime extends ParameterlessRuntime implements PlaneLinks.Linkable {

    private static final long serialVersionUID = 1L;

    private final CNN2DFormat format;
    private final transient Function<int[], ChannelCopy> copies;
    /** Copies of the last forward pass, and of the backward pass behind it. */
    private transient ChannelCopy copy;
    private transient List<ChannelCopy> back;
    private transient PlaneLinks links = PlaneLinks.NONE;

    /** @param copies the copy of the forward pass, given the number of channels of each input */
    ChannelCopyRuntime(ComputationGraph graph, String name, int index, CNN2DFormat format, DataType dataType,
                       Function<int[], ChannelCopy> copies) {
        super(graph, name, index, dataType);
        this.format = format;
        this.copies = copies;
    }

    @Override
    public boolean canLink() {
        return format == CNN2DFormat.NCHW && CpuArrays.areAccessible(dataType);
    }

    /** With links on both sides nothing has to be copied. */
    @Override
    public boolean needsAllLinks() {
        return true;
    }

    @Override
    public void link(PlaneLinks to) {
        links = to;
    }

    @Override
    INDArray forward(LayerWorkspaceMgr workspaces) {
        prepare();
        INDArray output = allocate(workspaces, ArrayType.ACTIVATIONS, inputs[0], copy.targetChannels());
        Optional<PlaneOutput> link = links.output();
        if (link.isPresent()) {
            link.get().set(MappedPlanes.concatenation(IntStream.range(0, inputs.length)
                    .mapToObj(i -> links.input(i).orElseThrow().get()).toArray(MappedPlanes[]::new))
                    .select(copy.planes()));
        } else {
            copy.run(ofDataType(inputs), output, format);
        }
        return output;
    }

    @Override
    INDArray[] backward(LayerWorkspaceMgr workspaces) {
        prepare();
        INDArray[] gradients = new INDArray[inputs.length];
        Optional<MappedPlanes> gradient = links.gradient();
        for (int i = 0; i < gradients.length; i++) {
            if (gradient.isPresent()) {
                links.input(i).orElseThrow().add(gradient.get().select(back.get(i).planes()));
                gradients[i] = CpuArrays.gradientPlaceholder(workspaces);
            } else {
                gradients[i] = allocate(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, copy.sourceChannels()[i]);
                back.get(i).run(ofDataType(epsilon), gradients[i], format);
            }
        }
        return gradients;
    }

    private void prepare() {
        int[] channels = inputChannels();
        if (copy == null || !Arrays.equals(channels, copy.sourceChannels())) {
            copy = copies.apply(channels);
            back = IntStream.range(0, channels.length).mapToObj(copy::backTo).toList();
        }
    }

    private INDArray allocate(LayerWorkspaceMgr workspaces, ArrayType type, INDArray like, long channels) {
        long[] shape = like.shape().clone();
        shape[ChannelCopy.axis(format)] = channels;
        return workspaces.createUninitialized(type, dataType, shape, 'c');
    }

    private INDArray[] ofDataType(INDArray... arrays) {
        return Arrays.stream(arrays).map(array -> array.castTo(dataType)).toArray(INDArray[]::new);
    }

    private int[] inputChannels() {
        return Arrays.stream(inputs).mapToInt(input -> (int) input.size(ChannelCopy.axis(format))).toArray();
    }

    @Override
    public String toString() {
        return "ChannelCopy(name=\"" + getVertexName() + "\")";
    }
}
