package io.github.shufflenet4j.inference.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.Rounding;

/**
 * Copies the channels that a step reads side by side: the remains of concatenation, shuffle and split.
 *
 * <p>The runs are copied one after the other, each rounded up to whole vectors, so that the next one overwrites what
 * was copied too much; a pixel's pitch leaves room for the last.
 */
final class Gather {

    /** Channels that lie together in a block. */
    private record Run(ChannelBlock block, int place, int length, int to) {
    }

    /** An array, because iterators are objects. */
    private final Run[] runs;
    private final List<ChannelBlock.Channel> channels;
    private final int pitch;

    private Gather(Run[] runs, List<ChannelBlock.Channel> channels, int pitch) {
        this.runs = runs;
        this.channels = channels;
        this.pitch = pitch;
    }

    /** @param channels in any order; all readers of their blocks must be known */
    static Gather of(List<ChannelBlock.Channel> channels, int lanes) {
        record Placed(ChannelBlock.Channel channel, int place) {
        }
        List<Placed> sorted = channels.stream().map(channel -> new Placed(channel, channel.place()))
                .sorted(Comparator.comparingInt((Placed p) -> p.channel().block().at())
                        .thenComparingInt(Placed::place))
                .toList();
        List<Run> runs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            Placed first = sorted.get(start);
            if (i == sorted.size() || sorted.get(i).channel().block() != first.channel().block()
                    || sorted.get(i).place() != first.place() + i - start) {
                runs.add(new Run(first.channel().block(), first.place(), i - start, start));
                start = i;
            }
        }
        int padded = Rounding.up(channels.size(), lanes);
        Run last = runs.get(runs.size() - 1);
        boolean overhangs = last.to() + Rounding.up(last.length(), lanes) > padded;
        return new Gather(runs.toArray(Run[]::new), sorted.stream().map(Placed::channel).toList(),
                overhangs ? padded + lanes : padded);
    }

    /** The channels in the order of a gathered pixel. */
    List<ChannelBlock.Channel> channels() {
        return channels;
    }

    /** Floats of a gathered pixel. */
    int pitch() {
        return pitch;
    }

    /** Gathers {@code pixels} pixels, from number {@code first} of an image on. */
    void run(ChannelsLastKernels kernels, float[] memory, int imageAt, int first, int pixels, int outAt) {
        for (Run run : runs) {
            ChannelBlock block = run.block();
            kernels.copy(memory, imageAt + block.at() + first * block.pitch() + run.place(), block.pitch(), pixels,
                    run.length(), memory, outAt + run.to(), pitch);
        }
    }
}
