package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;

import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.DepthwiseWeights;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.WeightPacking;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The kernels of inference: convolutions by tiles, pooling and copies. */
final class VectorChannelsLast implements ChannelsLastKernels {

    private static final PitchKernels<PointwiseKernel> POINTWISE =
        new PitchKernels<>(PointwiseKernel.class, PointwiseTiles.class);
    private static final PitchKernels<DepthwiseKernel> DEPTHWISE =
        new PitchKernels<>(DepthwiseKernel.class, DepthwiseRows.class);

    @Override
    public WeightPacking packing() {
        return PointwiseTiles.PACKING;
    }

    @Override
    public void pointwise(float[] in, int inAt, int inRowPitch, int inPitch, int rows, int width,
                          PointwiseWeights weights, int from, int to,
                          float[] out, int outAt, int outRowPitch, int outPitch) {
        pointwiseAt(inPitch).run(PointwiseTiles.MAX_PIXELS, in, inAt, inRowPitch, inPitch, rows, width, weights,
            from, to, out, outAt, outRowPitch, outPitch);
    }

    /** The kernel for a pixel pitch of the inputs. */
    static PointwiseKernel pointwiseAt(int inPitch) {
        return POINTWISE.get(inPitch);
    }

    @Override
    public void windows(float[] in, int[] taps, int width, PointwiseWeights weights,
                        float[] out, int outAt, int outPitch) {
        WindowTiles.run(in, taps, width, weights, out, outAt, outPitch);
    }

    @Override
    public void depthwise(float[] in, int above, int middle, int below, int inPitch, int stride,
                          DepthwiseWeights weights, int from, int to, int width,
                          float[] out, int outAt, int outPitch) {
        DepthwiseKernel kernel = DEPTHWISE.get(inPitch);
        for (int vector = from; vector < to; vector++) {
            int c = vector * L;
            kernel.run(in, above + c, middle + c, below + c, stride, weights.data(), weights.at(vector), width,
                out, outAt + c, outPitch);
        }
    }

    @Override
    public void maxPool(float[] in, int above, int middle, int below, int inPitch, int vectors, int width,
                        float[] out, int outAt, int outPitch) {
        for (int channel = 0; channel < vectors * L; channel += L) {
            maxPoolVector(in, above + channel, middle + channel, below + channel, inPitch, width,
                out, outAt + channel, outPitch);
        }
    }

    /** Floats that are not negative are in the order of integers, whose maximum is one instruction. */
    private static void maxPoolVector(float[] in, int above, int middle, int below, int pitch, int width,
                                      float[] out, int outAt, int outPitch) {
        IntVector left = FloatVector.fromArray(S, in, above).reinterpretAsInts()
            .max(FloatVector.fromArray(S, in, middle).reinterpretAsInts())
            .max(FloatVector.fromArray(S, in, below).reinterpretAsInts());
        for (int x = 0; x < width; x++) {
            IntVector max = left.max(FloatVector.fromArray(S, in, above + pitch).reinterpretAsInts())
                .max(FloatVector.fromArray(S, in, middle + pitch).reinterpretAsInts())
                .max(FloatVector.fromArray(S, in, below + pitch).reinterpretAsInts());
            above += 2 * pitch;
            middle += 2 * pitch;
            below += 2 * pitch;
            left = FloatVector.fromArray(S, in, above).reinterpretAsInts()
                .max(FloatVector.fromArray(S, in, middle).reinterpretAsInts())
                .max(FloatVector.fromArray(S, in, below).reinterpretAsInts());
            max.max(left).reinterpretAsFloats().intoArray(out, outAt);
            outAt += outPitch;
        }
    }

    @Override
    public void average(float[] in, int inAt, int inPitch, int pixels, int vectors, float[] out, int outAt) {
        float share = 1f / pixels;
        for (int channel = 0; channel < vectors * L; channel += L) {
            averageVector(in, inAt + channel, inPitch, pixels, share, out, outAt + channel);
        }
    }

    private static void averageVector(float[] in, int inAt, int inPitch, int pixels, float share,
                                      float[] out, int outAt) {
        FloatVector sum = FloatVector.zero(S);
        for (int pixel = 0; pixel < pixels; pixel++) {
            sum = sum.add(FloatVector.fromArray(S, in, inAt));
            inAt += inPitch;
        }
        sum.mul(share).intoArray(out, outAt);
    }

    @Override
    public void copy(float[] in, int inAt, int inPitch, int pixels, int length, float[] out, int outAt, int outPitch) {
        for (int i = 0; i < length; i += L) {
            copyVector(in, inAt + i, inPitch, pixels, out, outAt + i, outPitch);
        }
    }

    private static void copyVector(float[] in, int inAt, int inPitch, int pixels, float[] out, int outAt,
                                   int outPitch) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            FloatVector.fromArray(S, in, inAt).intoArray(out, outAt);
            inAt += inPitch;
            outAt += outPitch;
        }
    }
}
