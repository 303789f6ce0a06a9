package io.github.shufflenet4j.distributed;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Gradients as bytes, without loss. For each segment, whichever is shorter: all of its numbers; or their count and, for
 * each that is not 0, how many zeros are before it, both in groups of seven bits with the lowest first, and the number.
 */
final class GradientCode {

    private static final byte ALL = 0;
    private static final byte SOME = 1;

    private GradientCode() {
    }

    /** The code of {@code values} in the segments; others are left out. */
    static byte[] encode(float[] values, List<GradientSegment> segments) {
        long room = segments.stream().mapToLong(segment -> 1 + 4L * (segment.to() - segment.from())).sum();
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(room));
        for (GradientSegment segment : segments) {
            if (sparseSize(values, segment) < Float.BYTES * (segment.to() - segment.from())) {
                putSome(values, segment, out.put(SOME));
            } else {
                out.put(ALL).asFloatBuffer().put(values, segment.from(), segment.to() - segment.from());
                out.position(out.position() + Float.BYTES * (segment.to() - segment.from()));
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Adds what {@link #encode} was given, with the same segments, to {@code sum}. */
    static void addTo(float[] sum, byte[] code, List<GradientSegment> segments) {
        ByteBuffer in = ByteBuffer.wrap(code);
        for (GradientSegment segment : segments) {
            if (in.get() == ALL) {
                for (int i = segment.from(); i < segment.to(); i++) {
                    sum[i] += in.getFloat();
                }
            } else {
                int at = segment.from();
                for (int left = getCount(in); left > 0; left--) {
                    at += getCount(in);
                    sum[at++] += in.getFloat();
                }
            }
        }
    }

    private static int sparseSize(float[] values, GradientSegment segment) {
        int size = 0;
        int count = 0;
        int last = segment.from() - 1;
        for (int i = segment.from(); i < segment.to(); i++) {
            if (isSet(values[i])) {
                size += countSize(i - last - 1) + Float.BYTES;
                count++;
                last = i;
            }
        }
        return size + countSize(count);
    }

    private static void putSome(float[] values, GradientSegment segment, ByteBuffer out) {
        int count = 0;
        for (int i = segment.from(); i < segment.to(); i++) {
            count += isSet(values[i]) ? 1 : 0;
        }
        putCount(out, count);
        int last = segment.from() - 1;
        for (int i = segment.from(); i < segment.to(); i++) {
            if (isSet(values[i])) {
                putCount(out, i - last - 1);
                out.putFloat(values[i]);
                last = i;
            }
        }
    }

    /** Not a number is one that is set; so is -0. */
    private static boolean isSet(float value) {
        return Float.floatToRawIntBits(value) != 0;
    }

    private static int countSize(int count) {
        int size = 1;
        for (int rest = count >>> 7; rest > 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    private static void putCount(ByteBuffer out, int count) {
        int rest = count;
        while (rest > 0x7f) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static int getCount(ByteBuffer in) {
        int count = 0;
        int shift = 0;
        byte group;
        do {
            group = in.get();
            count |= (group & 0x7f) << shift;
            shift += 7;
        } while (group < 0);
        return count;
    }
}
