package io.github.shufflenet4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import io.github.shufflenet4j.kernel.vector.VectorKernels;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** Both providers against plain loops in double precision, and against each other to the bit. */
class ChannelsLastKernelsTest {

    private static final double TOLERANCE = 5e-5;

    private final Random random = new Random(3);

    static Stream<ChannelsLastKernels> providers() {
        return Stream.concat(KernelProviders.all().stream(), Stream.of(ScalarKernels.provider(4)))
            .map(KernelProvider::channelsLast);
    }

    private float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void pointwiseConvolutionsOfAllShapes(ChannelsLastKernels kernels) {
        int lanes = kernels.lanes();
        for (int inputs : new int[] {1, 3, 29, 58}) {
            for (int outputs : new int[] {1, lanes, 2 * lanes + 1, 58, 61, 7 * lanes}) {
                for (int width : new int[] {1, 2, 3, 4, 6, 7, 8, 9, 11, 13}) {
                    for (int shares : new int[] {1, 2, 3}) {
                        checkPointwise(kernels, inputs, outputs, width, shares, 5, 1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void pointwiseConvolutionsOfRowsWithAndWithoutGaps(ChannelsLastKernels kernels) {
        for (int inputs : new int[] {3, 700}) {
            for (int width = 1; width <= 15; width++) {
                for (int inGap : new int[] {0, 3}) {
                    for (int outGap : new int[] {0, 2}) {
                        checkPointwise(kernels, inputs, 5 * kernels.lanes(), width, 1, inGap, outGap);
                    }
                }
            }
        }
    }

    /**
     * @param inGap  floats between two rows of inputs
     * @param outGap pixels between two rows of outputs
     */
    private void checkPointwise(ChannelsLastKernels kernels, int inputs, int outputs, int width, int shares, int inGap,
                                int outGap) {
        int rows = 3;
        boolean relu = inputs % 2 == 0;
        float[] w = values(outputs * inputs);
        float[] bias = values(outputs);
        PointwiseWeights weights = PointwiseWeights.pack(kernels.packing(), shares, w, inputs, bias, relu);
        int inPitch = inputs + 2;
        int inRow = width * inPitch + inGap;
        int outPitch = weights.paddedOutputs() + kernels.lanes();
        int outRow = (width + outGap) * outPitch;
        float[] in = values(rows * inRow);
        float[] out = new float[1 + rows * outRow];
        for (int share = 0; share < shares; share++) {
            kernels.pointwise(in, 0, inRow, inPitch, rows, width, weights, weights.firstPanel(share),
                weights.firstPanel(share + 1), out, 1, outRow, outPitch);
        }
        for (int row = 0; row < rows; row++) {
            for (int x = 0; x < width; x++) {
                for (int o = 0; o < outputs; o++) {
                    double sum = bias[o];
                    for (int i = 0; i < inputs; i++) {
                        sum += (double) w[o * inputs + i] * in[row * inRow + x * inPitch + i];
                    }
                    assertThat((double) out[1 + row * outRow + x * outPitch + o])
                        .isCloseTo(relu ? Math.max(0, sum) : sum, within(TOLERANCE * Math.max(1, inputs / 100)));
                }
            }
            for (int i = 1 + row * outRow + width * outPitch; i < 1 + (row + 1) * outRow; i++) {
                assertThat(out[i]).as("beyond the row").isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void firstConvolution(ChannelsLastKernels kernels) {
        for (int channels : new int[] {1, 3}) {
            for (int width : new int[] {4, 5, 7, 16}) {
                for (int outputs : new int[] {24, 5, 4 * kernels.lanes()}) {
                    checkWindows(kernels, channels, width, outputs);
                }
            }
        }
    }

    private void checkWindows(ChannelsLastKernels kernels, int channels, int width, int outputs) {
        int inputs = channels * 9;
        float[] w = values(outputs * inputs);
        float[] bias = values(outputs);
        PointwiseWeights weights = PointwiseWeights.pack(kernels.packing(), 1, w, inputs, bias, true);
        int pitch = 2 * width + 1;
        float[] in = values(3 * channels * pitch);
        int[] taps = new int[inputs];
        for (int i = 0; i < inputs; i++) {
            taps[i] = (3 * channels - 1 - i / 3) * pitch + i % 3;
        }
        float[] out = new float[width * weights.paddedOutputs()];
        kernels.windows(in, taps, width, weights, out, 0, weights.paddedOutputs());
        for (int x = 0; x < width; x++) {
            for (int o = 0; o < outputs; o++) {
                double sum = bias[o];
                for (int i = 0; i < inputs; i++) {
                    sum += (double) w[o * inputs + i] * in[taps[i] + 2 * x];
                }
                assertThat((double) out[x * weights.paddedOutputs() + o]).isCloseTo(Math.max(0, sum),
                    within(TOLERANCE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void depthwiseConvolutionsAndMaxima(ChannelsLastKernels kernels) {
        int lanes = kernels.lanes();
        for (int stride : new int[] {1, 2}) {
            for (int channels : new int[] {1, 29, 3 * lanes}) {
                for (int width : new int[] {1, 2, 7, 13}) {
                    float[] w = values(9 * channels);
                    float[] bias = values(channels);
                    DepthwiseWeights weights = DepthwiseWeights.pack(lanes, w, bias);
                    int pitch = Rounding.up(channels, lanes) + lanes;
                    int row = (stride * width + 2) * pitch;
                    float[] in = values(3 * row);
                    float[] positive = in.clone();
                    for (int i = 0; i < in.length; i++) {
                        positive[i] = Math.abs(in[i]);
                    }
                    float[] filtered = new float[width * weights.paddedChannels()];
                    float[] largest = new float[width * weights.paddedChannels()];
                    int split = weights.vectors() / 2;
                    kernels.depthwise(in, 2 * row, 0, row, pitch, stride, weights, 0, split, width, filtered, 0,
                        weights.paddedChannels());
                    kernels.depthwise(in, 2 * row, 0, row, pitch, stride, weights, split, weights.vectors(), width,
                        filtered, 0, weights.paddedChannels());
                    if (stride == 2) {
                        kernels.maxPool(positive, 2 * row, 0, row, pitch, weights.vectors(), width, largest, 0,
                            weights.paddedChannels());
                    }
                    int[] rows = {2 * row, 0, row};
                    for (int x = 0; x < width; x++) {
                        for (int c = 0; c < channels; c++) {
                            double sum = bias[c];
                            double max = Double.NEGATIVE_INFINITY;
                            for (int tap = 0; tap < 9; tap++) {
                                float value = in[rows[tap / 3] + (stride * x + tap % 3) * pitch + c];
                                sum += (double) w[c * 9 + tap] * value;
                                max = Math.max(max, Math.abs(value));
                            }
                            int at = x * weights.paddedChannels() + c;
                            assertThat((double) filtered[at]).isCloseTo(sum, within(TOLERANCE));
                            if (stride == 2) {
                                assertThat((double) largest[at]).isEqualTo(max);
                            }
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void meansAndCopies(ChannelsLastKernels kernels) {
        int lanes = kernels.lanes();
        int pitch = 2 * lanes;
        float[] in = values(49 * pitch);
        float[] mean = new float[pitch];
        kernels.average(in, 0, pitch, 49, 2, mean, 0);
        float[] copy = new float[49 * 3 * lanes + lanes];
        kernels.copy(in, 0, pitch, 49, lanes + 1, copy, 1, 3 * lanes);
        for (int c = 0; c < pitch; c++) {
            double sum = 0;
            for (int pixel = 0; pixel < 49; pixel++) {
                sum += in[pixel * pitch + c];
            }
            assertThat((double) mean[c]).isCloseTo(sum / 49, within(TOLERANCE));
            for (int pixel = 0; pixel < 49 && c <= lanes; pixel++) {
                assertThat(copy[1 + pixel * 3 * lanes + c]).isEqualTo(in[pixel * pitch + c]);
            }
        }
    }

    @Test
    void vectorsAndPlainJavaAgreeToTheBit() {
        Assumptions.assumeTrue(KernelProviders.hasVectors());
        ChannelsLastKernels vector = VectorKernels.provider().channelsLast();
        ChannelsLastKernels scalar = ScalarKernels.provider(vector.lanes()).channelsLast();
        for (int inputs : new int[] {1, 61, 464, 976}) { // the latter ones in several blocks
            for (int pixels : new int[] {1, 3, 4, 6, 7, 10, 11, 49}) {
                for (boolean relu : new boolean[] {false, true}) {
                    PointwiseWeights weights = PointwiseWeights.pack(vector.packing(), 1, values(61 * inputs), inputs,
                        values(61), relu);
                    int pitch = inputs + 3;
                    float[] in = values(pixels * pitch);
                    float[] a = new float[pixels * weights.paddedOutputs()];
                    float[] b = new float[a.length];
                    for (int time = 0; time < 2; time++) { // the outputs of the first time must not matter
                        vector.pointwise(in, 0, 0, pitch, 1, pixels, weights, 0, weights.panels(), a, 0, 0,
                            weights.paddedOutputs());
                        scalar.pointwise(in, 0, 0, pitch, 1, pixels, weights, 0, weights.panels(), b, 0, 0,
                            weights.paddedOutputs());
                    }
                    assertThat(a).as("%d inputs, %d pixels, relu %s", inputs, pixels, relu).containsExactly(b);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "16, 1"})
    void weightsThatDoNotFit(int shares, int inputs) {
        assertThatThrownBy(() -> PointwiseWeights.pack(new WeightPacking(16, 3), shares, new float[5], inputs,
            new float[3], true)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("5 weights for " + inputs + " inputs and 3 outputs");
    }

    @ParameterizedTest
    @CsvSource({"3, 1, '1'", "3, 4, '2 2'", "3, 7, '3 2 2'", "3, 8, '3 3 2'", "2, 1, '1'", "2, 3, '3'", "2, 4, '2 2'",
        "2, 7, '2 2 3'"})
    void panelsAreAsWideAsTheirTilesAndNeverOneVectorAmongOthers(int panelVectors, int vectors, String widths) {
        PointwiseWeights weights = PointwiseWeights.pack(new WeightPacking(4, panelVectors), 1,
            new float[4 * vectors], 1, new float[4 * vectors], true);
        assertThat(IntStream.range(0, weights.panels()).mapToObj(panel -> Integer.toString(
            (weights.firstOutput(panel + 1) - weights.firstOutput(panel)) / 4)).collect(Collectors.joining(" ")))
            .isEqualTo(widths);
        assertThatThrownBy(() -> new WeightPacking(4, 4)).hasMessageContaining("panelVectors");
    }
}
