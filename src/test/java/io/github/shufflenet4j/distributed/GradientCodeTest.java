package io.github.shufflenet4j.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** Gradients as bytes and back. */
class GradientCodeTest {

    private static float[] roundTrip(float[] values, List<GradientSegment> segments, int size) {
        byte[] code = GradientCode.encode(values, segments);
        assertThat(code).hasSize(size);
        float[] sum = new float[values.length];
        GradientCode.addTo(sum, code, segments);
        return sum;
    }

    @Test
    void nothingIsTwoBytesASegment() {
        assertThat(roundTrip(new float[1000], List.of(new GradientSegment(0, 400, false),
                new GradientSegment(400, 1000, true)), 4)).containsOnly(0);
        assertThat(roundTrip(new float[3], List.of(), 0)).containsOnly(0);
    }

    @Test
    void manyGoAsTheyAre() {
        float[] values = {1, -2, 0, Float.MIN_VALUE, 5};
        assertThat(roundTrip(values, List.of(new GradientSegment(0, 5, false)), 1 + 5 * 4)).isEqualTo(values);
    }

    /** Gaps of 0, 127, 128 and 16384 take one, one, two and three bytes, and the count of four numbers one. */
    @Test
    void fewGoWithTheirGaps() {
        float[] values = new float[20_000];
        int at = 3;
        for (int gap : new int[] {0, 127, 128, 16384}) {
            at += gap;
            values[at++] = -gap - 1f;
        }
        List<GradientSegment> segment = List.of(new GradientSegment(3, values.length, false));
        assertThat(roundTrip(values, segment, 1 + 1 + 1 + 1 + 2 + 3 + 4 * 4)).isEqualTo(values);
    }

    @Test
    void whatIsOutsideOfSegmentsStays() {
        float[] values = {7, 0, 0, 0, 0, 0, 0, 1, 0, 0, 8};
        assertThat(roundTrip(values, List.of(new GradientSegment(1, 10, false)), 1 + 1 + 1 + 4))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void whatIsNoNumberComesThroughAndSumsKeepIt() {
        float[] values = new float[100];
        values[5] = Float.NaN;
        values[50] = Float.NEGATIVE_INFINITY;
        values[99] = -0f;
        List<GradientSegment> segment = List.of(new GradientSegment(0, 100, false));
        byte[] code = GradientCode.encode(values, segment);
        float[] sum = new float[100];
        sum[50] = 3;
        sum[7] = 2;
        GradientCode.addTo(sum, code, segment);
        assertThat(sum[5]).isNaN();
        assertThat(sum[50]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(sum[7]).isEqualTo(2);
    }

    @Test
    void anyDensityComesBack() {
        Random random = new Random(4);
        for (double density = 0; density <= 1; density += 0.05) {
            float[] values = new float[3000];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextDouble() < density ? (float) random.nextGaussian() : 0;
            }
            List<GradientSegment> segments =
                    List.of(new GradientSegment(0, 1, true), new GradientSegment(1, 3000, false));
            byte[] code = GradientCode.encode(values, segments);
            assertThat(code.length).isLessThanOrEqualTo(2 + 4 * values.length);
            float[] sum = new float[values.length];
            GradientCode.addTo(sum, code, segments);
            assertThat(sum).isEqualTo(values);
        }
    }
}
