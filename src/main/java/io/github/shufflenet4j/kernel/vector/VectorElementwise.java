package io.github.shufflenet4j.kernel.vector;

import static io.github.shufflenet4j.kernel.vector.Species.L;
import static io.github.shufflenet4j.kernel.vector.Species.S;
import static io.github.shufflenet4j.kernel.vector.Species.sumLanes;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.AdamStep;
import io.github.shufflenet4j.kernel.ChannelNorm;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.MomentumStep;
import io.github.shufflenet4j.kernel.RmsPropStep;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorMask;

/** Element-wise operations and reductions. */
final class VectorElementwise implements ElementwiseKernels {

    /** Takes what is left after whole vectors. */
    private static final ElementwiseKernels TAIL = ScalarKernels.provider().elementwise();
    /** How many floats are summed in single precision before the sum goes on in double. */
    private static final int CHUNK = 4096;

    @Override
    public double sum(float[] x, int at, int n) {
        int end = at + n;
        int i = at;
        double total = 0;
        while (i + L <= end) {
            int stop = Math.min(end, i + CHUNK);
            FloatVector even = FloatVector.zero(S);
            FloatVector odd = FloatVector.zero(S);
            for (; i + 2 * L <= stop; i += 2 * L) {
                even = even.add(FloatVector.fromArray(S, x, i));
                odd = odd.add(FloatVector.fromArray(S, x, i + L));
            }
            for (; i + L <= stop; i += L) {
                even = even.add(FloatVector.fromArray(S, x, i));
            }
            total += sumLanes(even.add(odd));
        }
        for (; i < end; i++) {
            total += x[i];
        }
        return total;
    }

    @Override
    public double squares(float[] x, int at, int n, float centre) {
        int end = at + n;
        int i = at;
        double total = 0;
        while (i + L <= end) {
            int stop = Math.min(end, i + CHUNK);
            FloatVector even = FloatVector.zero(S);
            FloatVector odd = FloatVector.zero(S);
            for (; i + 2 * L <= stop; i += 2 * L) {
                FloatVector x0 = FloatVector.fromArray(S, x, i).sub(centre);
                FloatVector x1 = FloatVector.fromArray(S, x, i + L).sub(centre);
                even = x0.fma(x0, even);
                odd = x1.fma(x1, odd);
            }
            for (; i + L <= stop; i += L) {
                FloatVector x0 = FloatVector.fromArray(S, x, i).sub(centre);
                even = x0.fma(x0, even);
            }
            total += sumLanes(even.add(odd));
        }
        for (; i < end; i++) {
            total += (x[i] - centre) * (x[i] - centre);
        }
        return total;
    }

    /**
     * With ReLU half of the value and half of its magnitude are added, else half of the value twice: without masks, for
     * which JDK 17 has four instructions.
     */
    @Override
    public void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale() / 2);
        FloatVector shift = FloatVector.broadcast(S, norm.shift() / 2);
        IntVector magnitude = bits(norm.activation() == Activation.RELU ? Integer.MAX_VALUE : -1);
        int i = 0;
        for (; i + 4 * L <= n; i += 4 * L) { // which share checks of bounds
            FloatVector y0 = FloatVector.fromArray(S, y, yAt + i).sub(mean).fma(scale, shift);
            FloatVector y1 = FloatVector.fromArray(S, y, yAt + i + L).sub(mean).fma(scale, shift);
            FloatVector y2 = FloatVector.fromArray(S, y, yAt + i + 2 * L).sub(mean).fma(scale, shift);
            FloatVector y3 = FloatVector.fromArray(S, y, yAt + i + 3 * L).sub(mean).fma(scale, shift);
            y0.add(and(y0, magnitude)).intoArray(out, outAt + i);
            y1.add(and(y1, magnitude)).intoArray(out, outAt + i + L);
            y2.add(and(y2, magnitude)).intoArray(out, outAt + i + 2 * L);
            y3.add(and(y3, magnitude)).intoArray(out, outAt + i + 3 * L);
        }
        for (; i + L <= n; i += L) {
            FloatVector half = FloatVector.fromArray(S, y, yAt + i).sub(mean).fma(scale, shift);
            half.add(and(half, magnitude)).intoArray(out, outAt + i);
        }
        TAIL.normalise(y, yAt + i, n - i, norm, out, outAt + i);
    }

    private static IntVector bits(int value) {
        return FloatVector.broadcast(S, Float.intBitsToFloat(value)).reinterpretAsInts();
    }

    private static FloatVector and(FloatVector vector, IntVector mask) {
        return vector.reinterpretAsInts().and(mask).reinterpretAsFloats();
    }

    @Override
    public void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, double[] sums, int at) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale());
        FloatVector shift = FloatVector.broadcast(S, norm.shift());
        FloatVector floor = FloatVector.broadcast(S, norm.floor());
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        while (i + L <= n) {
            int stop = Math.min(n, i + CHUNK);
            FloatVector plain = zero;
            FloatVector weighted = zero;
            for (; i + L <= stop; i += L) {
                FloatVector centred = FloatVector.fromArray(S, y, yAt + i).sub(mean);
                VectorMask<Float> passed = centred.fma(scale, shift).compare(VectorOperators.GT, floor);
                FloatVector g = zero.blend(FloatVector.fromArray(S, d, dAt + i), passed);
                plain = plain.add(g);
                weighted = g.fma(centred, weighted);
            }
            sums[at] += sumLanes(plain);
            sums[at + 1] += sumLanes(weighted);
        }
        TAIL.gradientSums(d, dAt + i, y, yAt + i, n - i, norm, sums, at);
    }

    @Override
    public void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, float slope, float constant,
                         float[] out, int outAt) {
        float mean = norm.mean();
        FloatVector scale = FloatVector.broadcast(S, norm.scale());
        FloatVector shift = FloatVector.broadcast(S, norm.shift());
        FloatVector floor = FloatVector.broadcast(S, norm.floor());
        FloatVector slopes = FloatVector.broadcast(S, slope);
        FloatVector constants = FloatVector.broadcast(S, constant);
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector centred = FloatVector.fromArray(S, y, yAt + i).sub(mean);
            VectorMask<Float> passed = centred.fma(scale, shift).compare(VectorOperators.GT, floor);
            FloatVector g = zero.blend(FloatVector.fromArray(S, d, dAt + i), passed);
            g.fma(scale, centred.fma(slopes, constants)).intoArray(out, outAt + i);
        }
        TAIL.gradient(d, dAt + i, y, yAt + i, n - i, norm, slope, constant, out, outAt + i);
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, int n) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, a, aAt + i).add(FloatVector.fromArray(S, b, bAt + i)).intoArray(a, aAt + i);
        }
        TAIL.add(a, aAt + i, b, bAt + i, n - i);
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] velocity, int at, int n, MomentumStep step) {
        FloatVector share = FloatVector.broadcast(S, step.share());
        FloatVector decay = FloatVector.broadcast(S, step.decay());
        FloatVector momentum = FloatVector.broadcast(S, step.momentum());
        FloatVector alongVelocity = FloatVector.broadcast(S, step.alongVelocity());
        FloatVector alongGradient = FloatVector.broadcast(S, step.alongGradient());
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector p = FloatVector.fromArray(S, parameters, at + i);
            FloatVector g = p.fma(decay, FloatVector.fromArray(S, gradient, at + i).mul(share));
            FloatVector v = FloatVector.fromArray(S, velocity, at + i).fma(momentum, g.mul(step.gain()));
            v.intoArray(velocity, at + i);
            v.fma(alongVelocity, g.mul(alongGradient)).intoArray(gradient, at + i);
        }
        TAIL.step(parameters, gradient, velocity, at + i, n - i, step);
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] mean, float[] square, int at, int n,
                     AdamStep step) {
        FloatVector beta1 = FloatVector.broadcast(S, step.beta1());
        FloatVector beta2 = FloatVector.broadcast(S, step.beta2());
        FloatVector scale = FloatVector.broadcast(S, step.scale());
        FloatVector epsilon = FloatVector.broadcast(S, step.epsilon());
        FloatVector pull = FloatVector.broadcast(S, step.pull());
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector g = FloatVector.fromArray(S, gradient, at + i).mul(step.share());
            FloatVector m = FloatVector.fromArray(S, mean, at + i).fma(beta1, g.mul(step.gain1()));
            FloatVector s = FloatVector.fromArray(S, square, at + i).fma(beta2, g.mul(step.gain2()).mul(g));
            m.intoArray(mean, at + i);
            s.intoArray(square, at + i);
            FloatVector.fromArray(S, parameters, at + i)
                    .fma(pull, m.mul(step.rate()).div(s.sqrt().fma(scale, epsilon))).intoArray(gradient, at + i);
        }
        TAIL.step(parameters, gradient, mean, square, at + i, n - i, step);
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] square, float[] velocity, int at, int n,
                     RmsPropStep step) {
        FloatVector share = FloatVector.broadcast(S, step.share());
        FloatVector alpha = FloatVector.broadcast(S, step.alpha());
        FloatVector momentum = FloatVector.broadcast(S, step.momentum());
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector g = FloatVector.fromArray(S, gradient, at + i)
                    .fma(share, FloatVector.fromArray(S, parameters, at + i).mul(step.decay()));
            FloatVector s = FloatVector.fromArray(S, square, at + i).fma(alpha, g.mul(step.gain()).mul(g));
            FloatVector v = FloatVector.fromArray(S, velocity, at + i)
                    .fma(momentum, g.div(s.sqrt().add(step.epsilon())));
            s.intoArray(square, at + i);
            v.intoArray(velocity, at + i);
            v.mul(step.rate()).intoArray(gradient, at + i);
        }
        TAIL.step(parameters, gradient, square, velocity, at + i, n - i, step);
    }
}
