package io.github.shufflenet4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.backend.ArrayMemory;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.kernel.conv.Planes;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * Copies channels of some arrays to places in another: every split, concatenation and shuffle, forward and backward,
 * is one of these. Channels of the target that no move reaches become zero.
 */
final class ChannelCopy {

    /** Channels {@code from} of the source with that number go to channels {@code to} of the target. */
    record Move(int source, ChannelRange from, ChannelRange to) {
    }

    private final int[] sourceChannels;
    private final int targetChannels;
    private final List<Move> moves;
    /** By channel of the target, as {@link Planes#copy} takes them. */
    private final int[] planes;

    /**
     * @param sourceChannels number of channels of each source
     * @param targetChannels number of channels of the target
     * @param moves          from sources to the target
     */
    private ChannelCopy(int[] sourceChannels, int targetChannels, List<Move> moves) {
        this.sourceChannels = sourceChannels;
        this.targetChannels = targetChannels;
        this.moves = moves;
        this.planes = new int[targetChannels];
        Arrays.fill(planes, Planes.ZERO);
        int[] offsets = new int[sourceChannels.length];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + sourceChannels[i - 1];
        }
        for (Move move : moves) {
            for (int i = 0; i < move.from().count(); i++) {
                planes[move.to().channel(i)] = offsets[move.source()] + move.from().channel(i);
            }
        }
    }

    /** Channels {@code from} (inclusive) to {@code to} (exclusive) of {@code channels}. */
    static ChannelCopy split(int channels, int from, int to) {
        return new ChannelCopy(new int[] {channels}, to - from, List.of(new Move(0,
                ChannelRange.consecutive(from, to - from), ChannelRange.consecutive(0, to - from))));
    }

    /** Concatenation and shuffle; an input that spans a group's border is moved in pieces, one for each group. */
    static ChannelCopy shuffle(int[] inputChannels, int groups) {
        int total = Arrays.stream(inputChannels).sum();
        int groupSize = total / groups;
        List<Move> moves = new ArrayList<>();
        int position = 0;
        for (int input = 0; input < inputChannels.length; input++) {
            int done = 0;
            while (done < inputChannels[input]) {
                int group = position / groupSize;
                int within = position % groupSize;
                int count = Math.min(inputChannels[input] - done, groupSize - within);
                moves.add(new Move(input, ChannelRange.consecutive(done, count),
                        new ChannelRange(within * groups + group, groups, count)));
                done += count;
                position += count;
            }
        }
        return new ChannelCopy(inputChannels, total, moves);
    }

    /** Which channel of the concatenation of the sources each channel of the target is, or {@link Planes#ZERO}. */
    int[] planes() {
        return planes;
    }

    /** Number of channels of each source. */
    int[] sourceChannels() {
        return sourceChannels;
    }

    /** Number of channels of the target. */
    int targetChannels() {
        return targetChannels;
    }

    /** The way back, from the target to one of the sources. */
    ChannelCopy backTo(int source) {
        List<Move> back = moves.stream().filter(move -> move.source() == source)
                .map(move -> new Move(0, move.to(), move.from())).toList();
        return new ChannelCopy(new int[] {targetChannels}, sourceChannels[source], back);
    }

    /** Fills {@code target}, which must be in C order without gaps. */
    void run(INDArray[] sources, INDArray target, CNN2DFormat format) {
        if (format == CNN2DFormat.NCHW && CpuArrays.areAccessible(target.dataType())) {
            copyPlanes(sources, target);
        } else {
            copyViews(sources, target, axis(format));
        }
    }

    static int axis(CNN2DFormat format) {
        return format == CNN2DFormat.NCHW ? 1 : 3;
    }

    private void copyPlanes(INDArray[] sources, INDArray target) {
        int plane = Math.toIntExact(target.size(2) * target.size(3));
        try (ArrayMemory memory = new ArrayMemory()) {
            Planes.Source[] inputs = new Planes.Source[sources.length];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = new Planes.Source(memory.read(sources[i]), sourceChannels[i]);
            }
            Planes.copy(Math.toIntExact(target.size(0)), plane, inputs, planes, memory.buffer(target),
                    Workers.shared());
        }
    }

    private void copyViews(INDArray[] sources, INDArray target, int axis) {
        int moved = moves.stream().mapToInt(move -> move.from().count()).sum();
        if (moved < targetChannels) {
            target.assign(0);
        }
        for (Move move : moves) {
            move.to().of(target, axis).assign(move.from().of(sources[move.source()], axis));
        }
    }
}
