package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.AdamStep;
import io.github.shufflenet4j.kernel.ChannelNorm;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.FusedMultiplyAdd;
import io.github.shufflenet4j.kernel.MomentumStep;
import io.github.shufflenet4j.kernel.RmsPropStep;

/** Element-wise operations and reductions, rounded as those by vectors are: pieces of any length have the same bits. */
final class ScalarElementwise implements ElementwiseKernels {

    @Override
    public double sum(float[] x, int at, int n) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            sum += x[i];
        }
        return sum;
    }

    @Override
    public double squares(float[] x, int at, int n, float centre) {
        double sum = 0;
        for (int i = at; i < at + n; i++) {
            float distance = x[i] - centre;
            sum += distance * distance;
        }
        return sum;
    }

    @Override
    public void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        for (int i = 0; i < n; i++) {
            out[outAt + i] = Math.max(FusedMultiplyAdd.of(y[yAt + i] - mean, scale, shift), floor);
        }
    }

    @Override
    public void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm,
                                 double[] sums, int at) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        double plain = 0;
        double weighted = 0;
        for (int i = 0; i < n; i++) {
            float centred = y[yAt + i] - mean;
            float g = FusedMultiplyAdd.of(centred, scale, shift) > floor ? d[dAt + i] : 0;
            plain += g;
            weighted += g * centred;
        }
        sums[at] += plain;
        sums[at + 1] += weighted;
    }

    @Override
    public void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm,
                             float slope, float constant, float[] out, int outAt) {
        float mean = norm.mean();
        float scale = norm.scale();
        float shift = norm.shift();
        float floor = norm.floor();
        for (int i = 0; i < n; i++) {
            float centred = y[yAt + i] - mean;
            float g = FusedMultiplyAdd.of(centred, scale, shift) > floor ? d[dAt + i] : 0;
            out[outAt + i] = FusedMultiplyAdd.of(g, scale, FusedMultiplyAdd.of(centred, slope, constant));
        }
    }

    @Override
    public void add(float[] a, int aAt, float[] b, int bAt, int n) {
        for (int i = 0; i < n; i++) {
            a[aAt + i] += b[bAt + i];
        }
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] velocity, int at, int n, MomentumStep step) {
        for (int i = at; i < at + n; i++) {
            float g = step.share() * gradient[i] + step.decay() * parameters[i];
            float v = step.momentum() * velocity[i] + step.gain() * g;
            velocity[i] = v;
            gradient[i] = step.alongVelocity() * v + step.alongGradient() * g;
        }
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] mean, float[] square, int at, int n,
                     AdamStep step) {
        for (int i = at; i < at + n; i++) {
            float g = step.share() * gradient[i];
            float m = step.beta1() * mean[i] + step.gain1() * g;
            float s = step.beta2() * square[i] + step.gain2() * g * g;
            mean[i] = m;
            square[i] = s;
            gradient[i] = step.rate() * m / (step.scale() * (float) Math.sqrt(s) + step.epsilon())
                    + step.pull() * parameters[i];
        }
    }

    @Override
    public void step(float[] parameters, float[] gradient, float[] square, float[] velocity, int at, int n,
                     RmsPropStep step) {
        for (int i = at; i < at + n; i++) {
            float g = step.share() * gradient[i] + step.decay() * parameters[i];
            float s = step.alpha() * square[i] + step.gain() * g * g;
            float v = step.momentum() * velocity[i] + g / ((float) Math.sqrt(s) + step.epsilon());
            square[i] = s;
            velocity[i] = v;
            gradient[i] = step.rate() * v;
        }
    }
}
