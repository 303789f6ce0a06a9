package io.github.shufflenet4j.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.UnitShape;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;

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
    private static final int FEWEST_ROWS = 10;
    /** What the middle of a band may take: the better part of a first-level cache, with its neighbours. */
    private static final int BAND_FLOATS = 8192;

    private final FoldedNetwork network;
    private final Goal goal;
    private final ChannelsLastKernels kernels;
    private final int lanes;
    private final int threads;
    private final int images;
    private final List<Supplier<PlanStep>> steps = new ArrayList<>();
    private final Map<NetworkPart, MapPlace> maps;
    private List<ChannelBlock.Channel> channels;

    private PlanCompiler(FoldedNetwork network, Goal goal, Plane input, ChannelsLastKernels kernels, int threads,
                         int images) {
        this.network = network;
        this.goal = goal;
        this.maps = MapPlace.of(network.variant(), input, goal.maps());
        this.kernels = kernels;
        this.lanes = kernels.lanes();
        this.threads = threads;
        this.images = images;
    }

    /**
     * Compiles {@code network}.
     *
     * @param goal    what it is to give
     * @param input   size of the images
     * @param threads members of a team
     * @param images  most images in a group
     */
    static FusedPlan compile(FoldedNetwork network, Goal goal, Plane input, ChannelsLastKernels kernels,
                             int threads, int images) {
        PlanCompiler compiler = new PlanCompiler(network, goal, input, kernels, threads, images);
        compiler.follow(input);
        int arrays = network.variant().stages().size() + 1;
        return new FusedPlan(kernels, compiler.steps.stream().map(Supplier::get).toList(), arrays, images, threads,
                compiler.output());
    }

    /** The first pass. */
    private void follow(Plane input) {
        Plane plane = input.halved().halved();
        ChannelBlock stem = block(network.variant().conv1Channels(), 0);
        StemStep first = new StemStep(network.inputChannels(), input, pointwise(convolution(ShuffleNetV2.CONV1), true));
        steps.add(() -> first);
        channels = all(stem);
        StageArray stage = first.output();
        int[] size = null;
        Schedule schedule = null;
        List<UnitShape> units = network.variant().units(network.blockLayout()).stream()
                .takeWhile(unit -> unit.part().compareTo(goal.last()) <= 0).toList();
        for (int i = 0; i < units.size(); i++) {
            UnitShape unit = units.get(i);
            if (unit.hasProjection()) {
                Plane before = plane;
                plane = plane.halved();
                schedule = plane.height() < FEWEST_ROWS ? Schedule.CHANNELS : Schedule.ROWS;
                StageArray next = new StageArray(stage.index() + 1, stageFloats(unit, plane),
                        schedule == Schedule.CHANNELS ? images : 1);
                size = new int[1];
                downsampling(unit, before, schedule, stage, next, size);
                stage = next;
            } else {
                unit(unit, plane, schedule, stage, size);
            }
            boolean endsStage = i + 1 == units.size() || units.get(i + 1).hasProjection();
            if (endsStage && maps.containsKey(unit.part())) {
                map(maps.get(unit.part()), schedule, stage);
            }
        }
        if (goal.last() == NetworkPart.CONV5) {
            conv5(plane, stage);
        }
        if (goal.classifies()) {
            int pitch = featurePitch();
            steps.add(() -> new ClassifierStep(pointwise(network.classifier(), false), pitch, images));
        }
    }

    private void map(MapPlace place, Schedule schedule, StageArray stage) {
        List<ChannelBlock.Channel> outputs = channels;
        steps.add(() -> new MapStep(place, stage, outputs, schedule == Schedule.CHANNELS, images));
    }

    private int featurePitch() {
        return pitch(network.variant().conv5Channels());
    }

    private PlanOutput output() {
        if (goal.classifies()) {
            return new PlanOutput(Workspace.Layout::logitsAt, pitch(network.numClasses()), network.numClasses());
        }
        if (goal.maps().isEmpty()) {
            return new PlanOutput(Workspace.Layout::featuresAt, featurePitch(), network.variant().conv5Channels());
        }
        int floats = maps.values().iterator().next().floats();
        return new PlanOutput(Workspace.Layout::mapsAt, floats, floats);
    }

    /** Room for the outputs of all units of the stage that begins with {@code first}. */
    private int stageFloats(UnitShape first, Plane plane) {
        int others = network.variant().stages().stream().filter(stage -> first.name().startsWith(stage.name()))
                .mapToInt(stage -> stage.units() - 1).sum();
        return plane.pixels() * (pitch(first.projected()) + pitch(first.outputs() - first.projected())
                + others * pitch(first.outputs() / 2));
    }

    private int pitch(int channelCount) {
        return Lanes.roundUp(channelCount, lanes);
    }

    private ChannelBlock block(int channelCount, int at) {
        return new ChannelBlock(channelCount, pitch(channelCount), at);
    }

    /** A block behind those that the stage has. */
    private ChannelBlock block(int channelCount, Plane plane, int[] size) {
        ChannelBlock block = block(channelCount, size[0]);
        size[0] += plane.pixels() * block.pitch();
        return block;
    }

    private void downsampling(UnitShape unit, Plane input, Schedule schedule, StageArray from, StageArray to,
                              int[] size) {
        List<ChannelBlock.Channel> inputs = channels;
        read(inputs);
        Plane output = input.halved();
        ChannelBlock projection = block(unit.projected(), output, size);
        ChannelBlock main = block(unit.outputs() - unit.projected(), output, size);
        channels = join(all(projection), all(main));
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            int[] order = logicalOrder(inputs, gather);
            FoldedConvolution depthwise = convolution(unit.projection().get(0)).depthwiseReordered(order);
            DownsamplingWeights weights = new DownsamplingWeights(gather,
                    DepthwiseWeights.pack(lanes, depthwise.weights(), depthwise.bias()),
                    pointwise(convolution(unit.projection().get(1)).reordered(projection.order(), order), true),
                    projection, main(unit, order, main), main);
            int band = band(schedule, output, 2 * input.width() * weights.main().middlePitch());
            return new DownsamplingStep(input, schedule, band, from, to, weights);
        });
    }

    private void unit(UnitShape unit, Plane plane, Schedule schedule, StageArray stage, int[] size) {
        List<ChannelBlock.Channel> identity = new ArrayList<>();
        List<ChannelBlock.Channel> inputs = new ArrayList<>();
        for (int i = 0; i < unit.inputs(); i++) {
            boolean passes = network.blockLayout() == BlockLayout.MEGVII ? i % 2 == 0 : i < unit.projected();
            (passes ? identity : inputs).add(channels.get(i));
        }
        read(inputs);
        ChannelBlock main = block(unit.outputs() - unit.projected(), plane, size);
        channels = join(identity, all(main));
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            UnitWeights weights = main(unit, logicalOrder(inputs, gather), main);
            return new UnitStep(plane, schedule, band(schedule, plane, plane.width() * weights.middlePitch()), stage,
                    gather, weights, main, schedule == Schedule.CHANNELS ? images : 1);
        });
    }

    private void conv5(Plane plane, StageArray stage) {
        List<ChannelBlock.Channel> inputs = channels;
        read(inputs);
        MapPlace map = maps.get(NetworkPart.CONV5);
        Conv5Step.Sink sink = map == null ? new PoolingSink(plane, featurePitch(), images) : new MapSink(map, images);
        steps.add(() -> {
            Gather gather = Gather.of(inputs, lanes);
            return new Conv5Step(plane, stage, gather, pointwise(convolution(ShuffleNetV2.CONV5)
                    .reordered(null, logicalOrder(inputs, gather)), true), images, sink);
        });
    }

    private UnitWeights main(UnitShape unit, int[] inputOrder, ChannelBlock output) {
        List<ConvolutionShape> branch = unit.mainBranch();
        FoldedConvolution depthwise = convolution(branch.get(1));
        return new UnitWeights(pointwise(convolution(branch.get(0)).reordered(null, inputOrder), true),
                DepthwiseWeights.pack(lanes, depthwise.weights(), depthwise.bias()),
                pointwise(convolution(branch.get(2)).reordered(output.order(), null), true));
    }

    private int band(Schedule schedule, Plane plane, int floatsOfRow) {
        return schedule == Schedule.CHANNELS ? plane.height()
                : Math.max(1, Math.min(plane.height(), BAND_FLOATS / floatsOfRow));
    }

    private FoldedConvolution convolution(ConvolutionShape shape) {
        return convolution(shape.layer());
    }

    private FoldedConvolution convolution(String layer) {
        return network.convolutions().get(layer);
    }

    private PointwiseWeights pointwise(FoldedConvolution convolution, boolean relu) {
        int inputs = convolution.weights().length / convolution.bias().length;
        return PointwiseWeights.pack(lanes, threads, convolution.weights(), inputs, convolution.bias(), relu);
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
