package io.github.shufflenet4j.kernel;

/** Element-wise operations and reductions on heap arrays; an offset follows its array. */
public interface ElementwiseKernels {

    /** Sum of {@code n} floats. */
    double sum(float[] x, int at, int n);

    /** Sum of the squared distances of {@code n} floats from {@code centre}. */
    double squares(float[] x, int at, int n, float centre);

    /** {@code out = norm(y)}. */
    void normalise(float[] y, int yAt, int n, ChannelNorm norm, float[] out, int outAt);

    /**
     * Adds the sums of {@code g} and of {@code g * (y - mean)} to {@code sums[at]} and {@code sums[at + 1]}, where
     * {@code g} is the gradient behind the activation: {@code d} where the activation let the value pass, else 0.
     */
    void gradientSums(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, double[] sums, int at);

    /** {@code out = scale * g + slope * (y - mean) + constant}, {@code g} as above; {@code out} may be {@code d}. */
    void gradient(float[] d, int dAt, float[] y, int yAt, int n, ChannelNorm norm, float slope, float constant,
                  float[] out, int outAt);

    /** {@code a += b}. */
    void add(float[] a, int aAt, float[] b, int bAt, int n);

    /** A step of the {@code n} parameters from index {@code at} of all arrays, in place of the gradient. */
    void step(float[] parameters, float[] gradient, float[] velocity, int at, int n, MomentumStep step);

    /** As above. */
    void step(float[] parameters, float[] gradient, float[] mean, float[] square, int at, int n, AdamStep step);

    /** As above. */
    void step(float[] parameters, float[] gradient, float[] square, float[] velocity, int at, int n,
              RmsPropStep step);
}
