package io.github.shufflenet4j.distributed;

import java.util.Arrays;
import java.util.List;

import io.github.shufflenet4j.training.BatchGradient;

/**
 * What a worker holds back of its gradients, and adds to the next one: so nothing is lost, but comes later (Strom 2015;
 * Stich et al. 2018; Karimireddy et al. 2019).
 */
final class ErrorFeedback {

    /** Magnitudes are told apart by the upper 16 bits first, which are 15 without the sign, and then by the others. */
    private static final int LOWER_BITS = 16;
    private static final int LOWER_MASK = (1 << LOWER_BITS) - 1;

    /** All that is larger, and so many of those that are as large. */
    private record Cut(int magnitude, int ofThese) {
    }

    private final float[] held;
    private final int[] upper = new int[1 << (Integer.SIZE - 1 - LOWER_BITS)];
    private final int[] lower = new int[1 << LOWER_BITS];

    /** @param parameters of the network */
    ErrorFeedback(int parameters) {
        this.held = new float[parameters];
    }

    /** A copy of what is held back. */
    float[] held() {
        return held.clone();
    }

    /** Holds back what another one did. */
    void hold(float[] others) {
        System.arraycopy(others, 0, held, 0, held.length);
    }

    /** Holds back nothing. */
    void clear() {
        Arrays.fill(held, 0);
    }

    /**
     * What to send of a gradient and of what was held back; the rest is held back.
     *
     * @param gradient a worker's; without images nothing is sent
     * @param density  share that is sent of segments that are not sent whole, above 0, to 1: the largest by magnitude,
     *                 the first of those that are as large; what is not a number is larger than all others
     */
    GradientMessage send(BatchGradient gradient, List<GradientSegment> segments, double density) {
        float[] sent = new float[held.length];
        if (gradient.parts() > 0) {
            for (GradientSegment segment : segments) {
                for (int i = segment.from(); i < segment.to(); i++) {
                    held[i] += gradient.sum()[i];
                }
                int count = segment.to() - segment.from();
                move(segment.from(), segment.to(), segment.whole() ? count : (int) Math.ceil(density * count), sent);
            }
        }
        return new GradientMessage(GradientCode.encode(sent, segments), gradient.parts(), gradient.images(),
                gradient.lossSum());
    }

    /** Moves the {@code count} largest numbers of a range to {@code sent}. */
    private void move(int from, int to, int count, float[] sent) {
        Cut cut = count == to - from ? new Cut(0, count) : cut(from, to, count);
        int left = cut.ofThese();
        for (int i = from; i < to; i++) {
            int magnitude = magnitude(i);
            if (magnitude > cut.magnitude() || magnitude == cut.magnitude() && left-- > 0) {
                sent[i] = held[i];
                held[i] = 0;
            }
        }
    }

    /** Where the {@code count} largest numbers of a range end, which has more. */
    private Cut cut(int from, int to, int count) {
        Arrays.fill(upper, 0);
        for (int i = from; i < to; i++) {
            upper[magnitude(i) >>> LOWER_BITS]++;
        }
        Cut group = cut(upper, count);
        Arrays.fill(lower, 0);
        for (int i = from; i < to; i++) {
            if (magnitude(i) >>> LOWER_BITS == group.magnitude()) {
                lower[magnitude(i) & LOWER_MASK]++;
            }
        }
        Cut rest = cut(lower, group.ofThese());
        return new Cut(group.magnitude() << LOWER_BITS | rest.magnitude(), rest.ofThese());
    }

    private static Cut cut(int[] histogram, int count) {
        int left = count;
        int magnitude = histogram.length - 1;
        while (histogram[magnitude] < left) {
            left -= histogram[magnitude--];
        }
        return new Cut(magnitude, left);
    }

    /** Grows with the magnitude, beyond infinity to what is not a number. */
    private int magnitude(int index) {
        return Float.floatToRawIntBits(held[index]) & Integer.MAX_VALUE;
    }
}
