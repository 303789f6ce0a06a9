package io.github.shufflenet4j.inference.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The outputs of one convolution while a plan is compiled. Which unit reads a channel decides its place: channels
 * that are read together lie together, so that a unit finds its inputs in a few runs.
 */
final class ChannelBlock {

    private final int channels;
    private final int pitch;
    /** Where the block begins in its stage's array. */
    private final int at;
    private final int[] reader;
    private int[] order;

    /**
     * @param channels number of channels
     * @param pitch    floats of a pixel
     * @param at       where the block begins in its stage's array
     */
    ChannelBlock(int channels, int pitch, int at) {
        this.channels = channels;
        this.pitch = pitch;
        this.at = at;
        this.reader = new int[channels];
        Arrays.fill(reader, Integer.MAX_VALUE);
    }

    /** One of the channels, by its number among the convolution's outputs. */
    record Channel(ChannelBlock block, int index) {

        /** Says which step of the network reads it first. */
        void readBy(int step) {
            block.reader[index] = Math.min(step, block.reader[index]);
        }

        /** Where its pixel's value lies in a pixel of the block. */
        int place() {
            int[] order = block.order();
            for (int place = 0; place < order.length; place++) {
                if (order[place] == index) {
                    return place;
                }
            }
            throw new IllegalStateException("channel " + index + " of " + order.length);
        }
    }

    int at() {
        return at;
    }

    int pitch() {
        return pitch;
    }

    /** Where a row of an image begins. */
    int row(int row, int width) {
        return at + row * width * pitch;
    }

    int channels() {
        return channels;
    }

    Channel channel(int index) {
        return new Channel(this, index);
    }

    /** The convolution's outputs in the order of their places. All readers must be known. */
    int[] order() {
        if (order == null) {
            order = IntStream.range(0, channels).boxed()
                    .sorted(Comparator.comparingInt((Integer index) -> reader[index]).thenComparing(index -> index))
                    .mapToInt(Integer::intValue).toArray();
        }
        return order;
    }
}
