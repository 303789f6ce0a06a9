package io.github.shufflenet4j.kernel.vector;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The loops of resizing in the Vector API, at the processor's preferred vector length. */
final class VectorResampler extends Resampler {

    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int L = I.length();

    /** Bytes for as many lanes. */
    private static final class Bytes {

        private static final VectorSpecies<Byte> B =
                VectorSpecies.of(byte.class, VectorShape.forBitSize(L * Byte.SIZE));
    }

    private final Row row;
    private final int[] input;
    private final int inputs;

    VectorResampler(ResamplingFilter columns, ResamplingFilter rows) {
        super(columns, rows);
        row = NearRow.cost(columns) <= WideRow.cost(columns) ? new NearRow(columns) : new WideRow(columns);
        inputs = CHANNELS * columns.inputs();
        // With what vectors read beyond the end.
        input = new int[inputs + 2 * L + row.reach()];
    }

    /** Whether vectors are of a length that the loops are written for: four bytes, say, make no vector. */
    static boolean isSupported() {
        return L == 8 || L == 16;
    }

    @Override
    protected int roundedUp(int values) {
        return values + L - 1;
    }

    @Override
    protected void alongRow(byte[] pixels, int at, int[] output) {
        widen(pixels, at);
        row.resample(input, output);
    }

    private void widen(byte[] pixels, int at) {
        int i = 0;
        for (; i + L <= inputs; i += L) {
            ((IntVector) ByteVector.fromArray(Bytes.B, pixels, at + i).convertShape(VectorOperators.B2I, I, 0))
                    .and(0xFF).intoArray(input, i);
        }
        for (; i < inputs; i++) {
            input[i] = pixels[at + i] & 0xFF;
        }
    }

    @Override
    protected void acrossRows(int[][] rows, int[] weights, int weightsAt, int n, byte[] output, int outputAt) {
        int x = 0;
        for (; x + L <= n; x += L) {
            IntVector sum = IntVector.broadcast(I, HALF);
            for (int i = 0; i < rows.length; i++) {
                sum = sum.add(IntVector.fromArray(I, rows[i], x).mul(weights[weightsAt + i]));
            }
            ((ByteVector) sum.lanewise(VectorOperators.LSHR, FRACTION_BITS)
                    .convertShape(VectorOperators.I2B, Bytes.B, 0)).intoArray(output, outputAt + x);
        }
        for (; x < n; x++) {
            int sum = HALF;
            for (int i = 0; i < rows.length; i++) {
                sum += rows[i][x] * weights[weightsAt + i];
            }
            output[outputAt + x] = (byte) (sum >> FRACTION_BITS);
        }
    }

    /** A filter along rows, arranged for vectors. */
    private interface Row {

        /** Resamples the values of a row. */
        void resample(int[] input, int[] output);

        /** How far beyond its first value an output may see. */
        int reach();
    }

    /**
     * For outputs whose inputs lie close together: a vector of outputs finds those of a tap in a few vectors of inputs,
     * each brought into the order of the outputs, with weights of zero where the input stands in another one.
     */
    private static final class NearRow implements Row {

        private final int steps;
        /** Of each block of outputs: where its first input stands. */
        private final int[] base;
        /** Of each output: how far its first input is from there, modulo the length of a vector. */
        private final int[] order;
        /** Of each step of a block: how far its vector of inputs is from there. */
        private final int[] offsets;
        /** Of each block, of each step, of each output. */
        private final int[] weights;

        NearRow(ResamplingFilter filter) {
            int outputs = CHANNELS * filter.outputs();
            int blocks = Rounding.ceilDiv(outputs, L);
            int vectors = vectors(filter);
            int count = filter.taps();
            steps = count * vectors;
            base = new int[blocks];
            order = new int[blocks * L];
            offsets = new int[steps];
            weights = new int[blocks * steps * L];
            for (int step = 0; step < steps; step++) {
                offsets[step] = step / vectors * CHANNELS + step % vectors * L;
            }
            for (int i = 0; i < outputs; i++) {
                int block = i / L;
                int pixel = i / CHANNELS;
                base[block] = base(filter, block);
                int distance = CHANNELS * filter.starts()[pixel] + i % CHANNELS - base[block];
                order[i] = distance % L;
                for (int tap = 0; tap < count; tap++) {
                    int step = block * steps + tap * vectors + distance / L;
                    weights[step * L + i % L] = filter.weights()[pixel * count + tap];
                }
            }
        }

        private static int base(ResamplingFilter filter, int block) {
            return CHANNELS * filter.starts()[block * L / CHANNELS];
        }

        /** Vectors that hold the inputs of one tap of any block. */
        private static int vectors(ResamplingFilter filter) {
            int outputs = CHANNELS * filter.outputs();
            int furthest = 0;
            for (int first = 0; first < outputs; first += L) {
                int last = Math.min(first + L, outputs) - 1;
                int lastInput = CHANNELS * filter.starts()[last / CHANNELS] + 2;
                furthest = Math.max(furthest, lastInput - base(filter, first / L));
            }
            return furthest / L + 1;
        }

        /** Instructions for a row, about. */
        static long cost(ResamplingFilter filter) {
            return 8L * Rounding.ceilDiv(CHANNELS * filter.outputs(), L) * filter.taps() * vectors(filter);
        }

        @Override
        public int reach() {
            return offsets[steps - 1];
        }

        @Override
        public void resample(int[] input, int[] output) {
            int weight = 0;
            for (int block = 0; block < base.length; block++) {
                VectorShuffle<Integer> shuffle = IntVector.fromArray(I, order, block * L).toShuffle();
                IntVector sum = IntVector.broadcast(I, HALF);
                for (int step = 0; step < steps; step++, weight += L) {
                    sum = sum.add(IntVector.fromArray(I, input, base[block] + offsets[step]).rearrange(shuffle)
                            .mul(IntVector.fromArray(I, weights, weight)));
                }
                sum.lanewise(VectorOperators.LSHR, FRACTION_BITS).intoArray(output, block * L);
            }
        }
    }

    /** For outputs that see many inputs: vectors of whole pixels, each with its weight, summed for each output. */
    private static final class WideRow implements Row {

        /** Pixels of a vector: two or five. */
        private static final int PIXELS = L / CHANNELS;

        private static final VectorShuffle<Integer> FROM_SECOND = VectorShuffle.iota(I, CHANNELS, 1, true);
        private static final VectorShuffle<Integer> FROM_THIRD = VectorShuffle.iota(I, 2 * CHANNELS, 1, true);
        private static final VectorShuffle<Integer> FROM_FIFTH = VectorShuffle.iota(I, 4 * CHANNELS, 1, true);

        private final int[] starts;
        private final int steps;
        /** Of each output pixel, of each step, of each lane. */
        private final int[] weights;

        WideRow(ResamplingFilter filter) {
            int count = filter.taps();
            starts = filter.starts();
            steps = Rounding.ceilDiv(count, PIXELS);
            weights = new int[starts.length * steps * L];
            for (int x = 0; x < starts.length; x++) {
                for (int tap = 0; tap < count; tap++) {
                    int at = (x * steps + tap / PIXELS) * L + tap % PIXELS * CHANNELS;
                    for (int channel = 0; channel < CHANNELS; channel++) {
                        weights[at + channel] = filter.weights()[x * count + tap];
                    }
                }
            }
        }

        /** Instructions for a row, about. */
        static long cost(ResamplingFilter filter) {
            return (long) filter.outputs() * (3L * Rounding.ceilDiv(filter.taps(), PIXELS) + 12);
        }

        @Override
        public int reach() {
            return steps * L;
        }

        @Override
        public void resample(int[] input, int[] output) {
            int weight = 0;
            for (int x = 0; x < starts.length; x++) {
                int from = CHANNELS * starts[x];
                IntVector sum = IntVector.zero(I);
                for (int step = 0; step < steps; step++, from += CHANNELS * PIXELS, weight += L) {
                    sum = sum.add(IntVector.fromArray(I, input, from).mul(IntVector.fromArray(I, weights, weight)));
                }
                // What is written beyond the pixel is overwritten by the next one.
                sumOfPixels(sum).add(HALF).lanewise(VectorOperators.LSHR, FRACTION_BITS)
                        .intoArray(output, CHANNELS * x);
            }
        }

        /** The first lanes hold the sum of all pixels' values. */
        private static IntVector sumOfPixels(IntVector v) {
            IntVector pairs = v.add(v.rearrange(FROM_SECOND));
            return PIXELS == 2 ? pairs : pairs.add(pairs.rearrange(FROM_THIRD)).add(v.rearrange(FROM_FIFTH));
        }
    }
}
