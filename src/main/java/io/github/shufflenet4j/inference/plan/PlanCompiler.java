package io.github.shufflenet4j.inference.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.shufflenet4j.inference.plan.UnitStep.MainBranch;
import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.inference.plan.Workspace.Output;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.WeightPacking;
import io.github.shufflenet4j.kernel.WeightArray;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.FoldedNetwork;

/**
 * Compiles a network into a {@link FusedPlan}.
 *
 * <p>Split, concatenation and shuffle only rename channels, so they are carried out here, on lists of channels. What
 * remains of them is the order of weights, and for each unit the {@link Gather} of its inputs. This takes two passes:
 * the first follows the channels through the network and notes which unit reads which; the second, when all readers
 * are known, gives the channels their places and packs the weights accordingly.
 */
final class PlanCompiler {

    /** Planes with fewer rows are divided by channels: the rows at the borders would cost too much. */
    private static final int MIN_ROWS = 10;
    /** Minimum floats of a band between its convolutions: the better part of a first-level cache. */
    private static final int BAND_FLOATS = 8192;

    private final FoldedNetwork network;
    private final PlanOutputs outputs;
    private final ChannelsLastKernels kernels;
    private final WeightPacking packing;
    private final int lanes;
    private final int threads;
    private final int images;
    private final WeightArray weights;
    private final List<Supplier<PlanStep>> steps = new ArrayList<>();
    private final Map<NetworkPart, MapLayout> maps;
    private List<ChannelBlock.Channel> channels;

    private PlanCompiler(FoldedNetwork network, PlanOutputs outputs, SpatialSize input, ChannelsLastKernels kernels,
                         int threads, int images) {
        this.network = network;
        this.outputs = outputs;
        this.maps = MapLayout.of(network.variant(), input, outputs.maps());
        this.kernels = kernels;
        this.packing = kernels.packing();
        this.lanes = packing.lanes();
        this.threads = threads;
        this.images = images;
        this.weights = weights(network, lanes);
    }

    private static WeightArray weights(FoldedNetwork network, int lanes) {
        List<FoldedConvolution> layers = new ArrayList<>(network.convolutions().values());
        layers.add(network.classifier());
        return WeightArray.of(layers.stream().mapToLong(layer -> PointwiseWeights.packedLength(lanes, layer.inputs(),
                layer.bias().length)).sum(), layers.size());
    }

    /**
     * Compiles {@code network}.
     *
     * @param outputs to compute
     * @param input   size of the images
     * @param threads members of a team
     * @param images  maximum number of images in a group
     */
    static FusedPlan compile(FoldedNetwork network, PlanOutputs outputs, SpatialSize input, ChannelsLastKernels kernels,
                             int threads, int images) {
        PlanCompiler compiler = new PlanCompiler(network, outputs, input, kernels, threads, images);
        compiler.follow(input);
        int arrays = network.variant().stages().size() + 1;
        return new FusedPlan(kernels, compiler.steps.stream().map(Supplier::get).toList(), arrays, threads,
                compiler.results());
    }

    /** The first pass. */
    private void follow(SpatialSize input) {
        SpatialSize size = input.halved().halved();
        ChannelBlock stem = block(network.variant().conv1Channels(), 0);
        StemStep first = new StemStep(network.inputChannels(), input, pointwise(convolution(ShuffleNetV2.CONV1), true,
                Split.ROWS));
        steps.add(() -> first);
        channels = all(stem);
        StageBuffer stage = first.output();
        int[] used = null;
        Split split = null;
        List<UnitShape> units = network.variant().units(network.blockLayout()).stream()
                .takeWhile(unit -> unit.part().compareTo(outputs.last()) <= 0).toList();
        for (int i = 0; i < units.size(); i++) {
            UnitShape unit = units.get(i);
            if (unit.hasProjection()) {
                SpatialSize before = size;
                size = size.halved();
                split = size.height() < MIN_ROWS ? Split.CHANNELS : Split.ROWS;
                StageBuffer next = new StageBuffer(stage.index() + 1, stageFloats(unit, size),
                        split == Split.CHANNELS ? images : 1);
                used = new int[1];
                downsampling(unit, before, split, stage, next, used);
                stage = next;
            } else {
                unit(unit, size, split, stage, used);
            }
            boolean endsStage = i + 1 == units.size() || units.get(i + 1).hasProjection();
            MapLayout map = maps.get(unit.part());
            if (endsStage && map != null) {
                List<ChannelBlock.Channel> mapped = channels;
                StageBuffer last = stage;
                boolean grouped = split == Split.CHANNELS;
                steps.add(() -> FeatureMapStep.of(map, last, mapped, grouped, images));
            }
        }
        if (outputs.last() == NetworkPart.CONV5) {
            conv5(size, stage);
        }
        if (outputs.logits()) {
            int pitch = featurePitch();
            steps.add(() -> new ClassifierStep(pointwise(network.classifier(), false, Split.CHANNELS), pitch, images));
        }
    }

    private int featurePitch() {
        return pitch(network.variant().conv5Channels());
    }

    private List<FusedPlan.Result> results() {
        List<FusedPlan.Result> results = new ArrayList<>();
        if (!maps.isEmpty()) {
            int floats = maps.values().iterator().next().floats();
            results.add(new FusedPlan.Result(Output.MAPS, floats, floats));
        }
        if (outputs.logits()) {
            results.add(new FusedPlan.Result(Output.LOGITS, pitch(network.numClasses()), network.numClasses()));
        } else if (outputs.pooled()) {
            results.add(new FusedPlan.Result(Output.FEATURES, featurePitch(), network.variant().conv5Channels()));
        }
        return results;
    }

    /** Room for the outputs of all units of the stage that begins with {@code first}. */
    private int stageFloats(UnitShape first, SpatialSize size) {
        int others = network.variant().stages().stream().filter(stage -> first.name().startsWith(stage.name()))
                .mapToInt(stage -> stage.units() - 1).sum();
        return size.pixels() * (pitch(first.projected()) + pitch(first.outputs() - first.projected())
                + others * pitch(first.outputs() / 2));
    }

    private int pitch(int channelCount) {
        return Rounding.up(channelCount, lanes);
    }

    private ChannelBlock block(int channelCount, int at) {
        return new ChannelBlock(channelCount, pitch(channelCount), at);
    }

    /** A block behind those that the stage has. */
    private ChannelBlock block(int channelCount, SpatialSize size, int[] used) {
        ChannelBlock block = block(channelCount, used[0]);
        used[0] += size.pixels() * block.pitch();
        return block;
    }

    private void downsampling(UnitShape unit, SpatialSize input, Split split, StageBuffer from, StageBuffer to,
                              int[] used) {
        List<ChannelBlock.Channel> inputs = channels;
        read(inputs);
        SpatialSize output = input.halved();
        ChannelBlock projection = block(unit.projected(), output, used);
        ChannelBlock main = block(unit.outputs() - unit.projected(), output, used);
        channels = join(all(projection), all(main));
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            int[] order = logicalOrder(inputs, gather);
            DownsamplingStep.Projection branch = new DownsamplingStep.Projection(
                    depthwise(convolution(unit.projection().get(0).layer()).depthwiseReordered(order)),
                    pointwise(convolution(unit.projection().get(1).layer()).reordered(projection.order(), order), true,
                            split),
                    projection);
            MainBranch mainBranch = main(unit, split, order, main);
            int pitch = mainBranch.expand().paddedOutputs();
            int band = band(split, output, 2 * input.width(), pitch);
            return new DownsamplingStep(split, bands(input, gather.pitch(), 2, band), bands(input, pitch, 2, band),
                    from, to, gather, branch, mainBranch);
        });
    }

    private void unit(UnitShape unit, SpatialSize size, Split split, StageBuffer stage, int[] used) {
        List<ChannelBlock.Channel> identity = new ArrayList<>();
        List<ChannelBlock.Channel> inputs = new ArrayList<>();
        for (int i = 0; i < unit.inputs(); i++) {
            boolean passes = network.blockLayout() == BlockLayout.MEGVII ? i % 2 == 0 : i < unit.projected();
            (passes ? identity : inputs).add(channels.get(i));
        }
        read(inputs);
        ChannelBlock main = block(unit.outputs() - unit.projected(), size, used);
        channels = join(identity, all(main));
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            MainBranch branch = main(unit, split, logicalOrder(inputs, gather), main);
            int pitch = branch.expand().paddedOutputs();
            return new UnitStep(split, bands(size, pitch, 1, band(split, size, size.width(), pitch)), stage, gather,
                    branch, split == Split.CHANNELS ? images : 1);
        });
    }

    private void conv5(SpatialSize size, StageBuffer stage) {
        List<ChannelBlock.Channel> inputs = channels;
        read(inputs);
        MapLayout map = maps.get(NetworkPart.CONV5);
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            return new Conv5Step(size, stage, gather, pointwise(convolution(ShuffleNetV2.CONV5)
                    .reordered(null, logicalOrder(inputs, gather)), true, Split.CHANNELS), images, map,
                    outputs.pooled(), featurePitch());
        });
    }

    private MainBranch main(UnitShape unit, Split split, int[] inputOrder, ChannelBlock output) {
        List<ConvolutionShape> branch = unit.mainBranch();
        return new MainBranch(pointwise(convolution(branch.get(0).layer()).reordered(null, inputOrder), true, split),
                depthwise(convolution(branch.get(1).layer())),
                pointwise(convolution(branch.get(2).layer()).reordered(output.order(), null), true, split),
                output);
    }

    private static RowBands bands(SpatialSize size, int pitch, int stride, int band) {
        return new RowBands(new PaddedRows(size.width(), pitch), size.height(), stride, band);
    }

    /** Rows of a band. Each band reads the weights of two convolutions, so it has no fewer floats than those. */
    private int band(Split split, SpatialSize size, int pixelsOfRow, int pitch) {
        int floats = Math.max(BAND_FLOATS, 2 * pitch * pitch);
        return split == Split.CHANNELS ? size.height()
                : Math.max(1, Math.min(size.height(), floats / (pixelsOfRow * pitch)));
    }

    private FoldedConvolution convolution(String layer) {
        return network.convolutions().get(layer);
    }

    private PointwiseWeights pointwise(FoldedConvolution convolution, boolean relu, Split split) {
        return PointwiseWeights.pack(weights, packing, split == Split.CHANNELS ? threads : 1, convolution.weights(),
                convolution.inputs(), convolution.bias(), relu);
    }

    private DepthwiseWeights depthwise(FoldedConvolution convolution) {
        return DepthwiseWeights.pack(lanes, convolution.weights(), convolution.bias());
    }

    private void read(List<ChannelBlock.Channel> inputs) {
        inputs.forEach(channel -> channel.readBy(steps.size()));
    }

    private static List<ChannelBlock.Channel> all(ChannelBlock block) {
        return IntStream.range(0, block.channels()).mapToObj(block::channel).toList();
    }

    /** Concatenation, and torchvision's shuffle in two groups; the authors' layout deals at the next unit's start. */
    private List<ChannelBlock.Channel> join(List<ChannelBlock.Channel> first, List<ChannelBlock.Channel> second) {
        List<ChannelBlock.Channel> joined = new ArrayList<>();
        if (network.blockLayout() == BlockLayout.MEGVII) {
            joined.addAll(first);
            joined.addAll(second);
        } else {
            for (int i = 0; i < first.size(); i++) {
                joined.add(first.get(i));
                joined.add(second.get(i));
            }
        }
        return joined;
    }

    /** For each gathered channel, its number among the unit's inputs. */
    private static int[] logicalOrder(List<ChannelBlock.Channel> inputs, Gather gather) {
        return gather.channels().stream().mapToInt(inputs::indexOf).toArray();
    }
}
