package io.github.shufflenet4j.kernel.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

    private static final int CHANNELS = 3;
    private static final int ONE = 1 << Resampler.FRACTION_BITS;

    private final Random random = new Random(7);

    /** From one output for many inputs to many outputs for one, with vectors that end within pixels and rows. */
    @ParameterizedTest(name = "{0} to {1}, {2} at a time; {3} to {4}, {5} at a time")
    @CsvSource({
        "1, 1, 1, 1, 1, 1",
        "7, 5, 2, 5, 3, 2",
        "9, 224, 2, 4, 17, 2",
        "199, 224, 2, 200, 31, 2",
        "340, 224, 4, 256, 20, 3",
        "61, 16, 9, 40, 16, 6",
        "300, 37, 17, 90, 7, 26",
        "1000, 11, 183, 12, 2, 12",
        "64, 64, 1, 64, 64, 1",
    })
    void bothProvidersAddUp(int width, int columns, int columnTaps, int height, int rows, int rowTaps) {
        ResamplingFilter along = filter(width, columns, columnTaps);
        ResamplingFilter across = filter(height, rows, rowTaps);
        int margin = 5;
        int pitch = CHANNELS * width + margin;
        byte[] pixels = new byte[margin + height * pitch];
        random.nextBytes(pixels);

        byte[] expected = expected(pixels, margin, pitch, along, across);
        for (KernelProvider provider : KernelProviders.all()) {
            assertThat(provider.resamplers().apply(along, across).apply(pixels, margin, pitch)).isEqualTo(expected);
        }
    }

    /** The image may end with the last value that is needed: nothing beyond is read. */
    @Test
    void nothingIsReadBeyondTheImage() {
        ResamplingFilter along = filter(45, 30, 3);
        ResamplingFilter across = filter(4, 3, 2);
        byte[] pixels = new byte[CHANNELS * 45 * 4];
        Arrays.fill(pixels, (byte) 255);
        byte[] white = new byte[CHANNELS * 30 * 3];
        Arrays.fill(white, (byte) 255);
        for (KernelProvider provider : KernelProviders.all()) {
            assertThat(provider.resamplers().apply(along, across).apply(pixels, 0, CHANNELS * 45)).isEqualTo(white);
        }
    }

    @Test
    void tapsMustExist() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResamplingFilter(5, 3, new int[] {3}, new int[3]))
                .withMessageContaining("3 inputs from 3 on, of which there are 5");
        assertThatIllegalArgumentException().isThrownBy(() -> new ResamplingFilter(5, 2, new int[] {0, 1}, new int[3]))
                .withMessageContaining("3 weights for 2 outputs");
    }

    /** Evenly spread outputs with random weights that add up to one, but for the rounding that real ones have. */
    private ResamplingFilter filter(int inputs, int outputs, int count) {
        int[] starts = new int[outputs];
        int[] weights = new int[outputs * count];
        for (int i = 0; i < outputs; i++) {
            starts[i] = (int) ((inputs - count) * (i + 0.5) / outputs);
            int left = ONE + random.nextInt(2);
            for (int tap = 0; tap < count - 1; tap++) {
                weights[i * count + tap] = random.nextInt(left / count + 1);
                left -= weights[i * count + tap];
            }
            weights[(i + 1) * count - 1] = left;
        }
        return new ResamplingFilter(inputs, count, starts, weights);
    }

    private static byte[] expected(byte[] pixels, int at, int pitch, ResamplingFilter along, ResamplingFilter across) {
        byte[] result = new byte[CHANNELS * along.outputs() * across.outputs()];
        for (int i = 0; i < result.length; i++) {
            int channel = i % CHANNELS;
            int x = i / CHANNELS % along.outputs();
            int y = i / CHANNELS / along.outputs();
            long sum = ONE / 2;
            for (int row = 0; row < across.taps(); row++) {
                long inner = ONE / 2;
                for (int tap = 0; tap < along.taps(); tap++) {
                    int pixel = at + (across.starts()[y] + row) * pitch
                            + CHANNELS * (along.starts()[x] + tap) + channel;
                    inner += (long) along.weights()[x * along.taps() + tap] * (pixels[pixel] & 0xFF);
                }
                sum += (inner >> Resampler.FRACTION_BITS) * across.weights()[y * across.taps() + row];
            }
            result[i] = (byte) (sum >> Resampler.FRACTION_BITS);
        }
        return result;
    }
}
