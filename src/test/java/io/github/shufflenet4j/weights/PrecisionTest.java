package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

class PrecisionTest {

    private static final int HALVES = 1 << 16;
    private static final int LARGEST = 0x7bff;

    @Test
    void everyHalfComesBackToTheBit() {
        for (int bits = 0; bits < HALVES; bits++) {
            float value = DType.halfToFloat((short) bits);
            short back = DType.floatToHalf(value);
            if (Float.isNaN(value)) {
                assertThat(DType.halfToFloat(back)).as("%04x", bits).isNaN();
            } else {
                assertThat(back).as("%04x", bits).isEqualTo((short) bits);
            }
        }
    }

    /** Between any two neighbours: the float in the middle, which is exact, and those beside it. */
    @Test
    void roundsToTheNearestAndTiesToEven() {
        for (int bits = 0; bits < LARGEST; bits++) {
            float low = DType.halfToFloat((short) bits);
            float high = DType.halfToFloat((short) (bits + 1));
            float middle = (low + high) / 2;
            assertRounds(middle, bits + bits % 2);
            assertRounds(Math.nextDown(middle), bits);
            assertRounds(Math.nextUp(middle), bits + 1);
        }
        float beyond = 65520; // in the middle between the largest and 65536, which is even
        assertRounds(beyond, 0x7c00);
        assertRounds(Math.nextDown(beyond), LARGEST);
        assertRounds(Float.MAX_VALUE, 0x7c00);
        assertRounds(Float.POSITIVE_INFINITY, 0x7c00);
        assertRounds(Float.MIN_VALUE, 0);
    }

    private static void assertRounds(float value, int half) {
        assertThat(DType.floatToHalf(value) & 0xffff).as("%a", value).isEqualTo(half);
        assertThat(DType.floatToHalf(-value) & 0xffff).as("%a", -value).isEqualTo(half | 0x8000);
    }

    /** Of the halves around, none is nearer, in exact arithmetic. */
    @Test
    void noOtherHalfIsNearer() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt(0x477fe000)); // up to 65504, denser near 0
            int half = DType.floatToHalf(value);
            BigDecimal error = distance(value, half);
            assertThat(error).as("%a", value).isLessThanOrEqualTo(distance(value, Math.min(LARGEST, half + 1)))
                    .isLessThanOrEqualTo(distance(value, Math.max(0, half - 1)));
        }
    }

    private static BigDecimal distance(float value, int half) {
        return new BigDecimal(value).subtract(new BigDecimal(DType.halfToFloat((short) half))).abs();
    }

    /** A weight that vanishes is an error of 2^-25 at most; a variance that does changes what it divides. */
    @Test
    void whatOverflowsOrVanishesStaysSingle() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("conv.weight", new Tensor(new int[] {2, 1}, new float[] {0.5f, 1e-9f}));
        tensors.put("tiny.weight", new Tensor(new int[] {2, 1}, new float[] {0, 1e-9f}));
        tensors.put("large.weight", new Tensor(new int[] {2, 1}, new float[] {0.5f, 65520}));
        tensors.put("bn.bias", new Tensor(new int[] {2}, new float[] {0, -65519}));
        tensors.put("bn.running_mean", new Tensor(new int[] {2}, new float[] {1, -70_000}));
        tensors.put("bn.running_var", new Tensor(new int[] {2}, new float[] {1, 2.9e-8f})); // below 2^-25
        tensors.put("bn.num_batches_tracked", new Tensor(new int[0], new float[] {1e6f}));
        assertThat(Precision.FP16.keptSingle(tensors))
                .containsExactly("tiny.weight", "large.weight", "bn.running_mean", "bn.running_var");
        assertThat(Precision.FP32.keptSingle(tensors)).isEmpty();
        assertThat(Precision.FP16.type("bn.bias", tensors.get("bn.bias"))).isEqualTo(DType.F16);
        assertThat(Precision.FP16.type("bn.num_batches_tracked", tensors.get("bn.num_batches_tracked")))
                .isEqualTo(DType.I64);
    }
}
