package io.github.shufflenet4j.kernel.conv;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.stream.Stream;

/** Convolution, batch norm and activation by their definitions, in double precision. */
public final class Reference {

    final ConvShape shape;
    final int batch;
    final Activation activation;
    final double epsilon;
    final double[] x;
    final double[] w;
    final double[] gamma;
    final double[] beta;
    /** Given statistics; null for the batch's own. */
    double[] fixedMean;
    double[] fixedVariance;

    double[] y;
    double[] mean;
    double[] variance;
    double[] out;

    double[] dX;
    double[] dW;
    double[] dGamma;
    double[] dBeta;

    Reference(ConvShape shape, int batch, Activation activation, double epsilon, Random random) {
        this.shape = shape;
        this.batch = batch;
        this.activation = activation;
        this.epsilon = epsilon;
        // Away from 0, as behind a ReLU: a mean to be taken off is where digits get lost.
        this.x = randoms(random, batch * shape.inChannels() * shape.inPlane(), 1, 0.5);
        this.w = randoms(random, shape.weights(), 1, 0);
        this.gamma = randoms(random, shape.outChannels(), 0.5, 1);
        this.beta = randoms(random, shape.outChannels(), 0.5, 0.1);
    }

    /** Random doubles that are floats too. */
    public static double[] randoms(Random random, int size, double spread, double centre) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> (float) (random.nextGaussian() * spread + centre));
        return values;
    }

    /** Calls {@code visit(input, weight)} for the output at a place, with indices of the products' factors. */
    private void products(int image, int channel, int row, int column, IntBinaryOperator visit) {
        int in = shape.inChannels() / shape.groups();
        int first = channel / (shape.outChannels() / shape.groups()) * in;
        int kernel = shape.kernel();
        for (int c = 0; c < in; c++) {
            for (int i = 0; i < kernel; i++) {
                for (int j = 0; j < kernel; j++) {
                    int r = row * shape.stride() + i - shape.padding();
                    int s = column * shape.stride() + j - shape.padding();
                    if (r >= 0 && r < shape.inHeight() && s >= 0 && s < shape.inWidth()) {
                        visit.applyAsInt(
                            ((image * shape.inChannels() + first + c) * shape.inHeight() + r) * shape.inWidth() + s,
                            ((channel * in + c) * kernel + i) * kernel + j);
                    }
                }
            }
        }
    }

    private interface Place {
        void at(int image, int channel, int row, int column, int index);
    }

    private void outputs(Place place) {
        int index = 0;
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < shape.outChannels(); c++) {
                for (int r = 0; r < shape.outHeight(); r++) {
                    for (int s = 0; s < shape.outWidth(); s++) {
                        place.at(n, c, r, s, index++);
                    }
                }
            }
        }
    }

    int count() {
        return batch * shape.outPlane();
    }

    Reference forward() {
        int channels = shape.outChannels();
        y = new double[channels * count()];
        outputs((n, c, r, s, index) -> products(n, c, r, s, (i, k) -> {
            y[index] += x[i] * w[k];
            return 0;
        }));
        mean = new double[channels];
        variance = new double[channels];
        outputs((n, c, r, s, index) -> mean[c] += y[index] / count());
        outputs((n, c, r, s, index) -> variance[c] += (y[index] - mean[c]) * (y[index] - mean[c]) / count());
        if (fixedMean != null) {
            mean = fixedMean;
            variance = fixedVariance;
        }
        out = new double[y.length];
        outputs((n, c, r, s, index) -> out[index] = activate(normalised(c, index) * gamma[c] + beta[c]));
        return this;
    }

    private double activate(double z) {
        return activation == Activation.RELU ? Math.max(z, 0) : z;
    }

    private double normalised(int c, int index) {
        return (y[index] - mean[c]) / Math.sqrt(variance[c] + epsilon);
    }

    Reference backward(double[] dOut) {
        int channels = shape.outChannels();
        double[] g = new double[y.length];
        dGamma = new double[channels];
        dBeta = new double[channels];
        outputs((n, c, r, s, index) -> {
            double z = normalised(c, index) * gamma[c] + beta[c];
            g[index] = activation == Activation.RELU && z <= 0 ? 0 : dOut[index];
            dBeta[c] += g[index];
            dGamma[c] += g[index] * normalised(c, index);
        });
        dX = new double[x.length];
        dW = new double[w.length];
        outputs((n, c, r, s, index) -> {
            double own = fixedMean != null ? 0 : (dBeta[c] + normalised(c, index) * dGamma[c]) / count();
            double dY = gamma[c] / Math.sqrt(variance[c] + epsilon) * (g[index] - own);
            products(n, c, r, s, (i, k) -> {
                dX[i] += dY * w[k];
                dW[k] += dY * x[i];
                return 0;
            });
        });
        return this;
    }

    public static FloatBuffer buffer(double[] values) {
        FloatBuffer buffer = buffer(values.length);
        buffer.put(0, floats(values));
        return buffer;
    }

    /** A buffer full of rubbish. */
    public static FloatBuffer buffer(int size) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(4 * size).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < size; i++) {
            buffer.put(i, Float.NaN);
        }
        return buffer;
    }

    public static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    public static float[] floats(FloatBuffer buffer) {
        float[] floats = new float[buffer.limit()];
        buffer.get(0, floats);
        return floats;
    }

    /** Checks that no value is further off than 1e-4 of the largest, or of {@code scale} if that is larger. */
    public static void assertClose(String what, float[] actual, double[] expected, double scale) {
        double largest = Arrays.stream(expected).map(Math::abs).reduce(scale, Math::max);
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                .as("%s at %d: %s, expected %s", what, i, actual[i], expected[i])
                .isLessThanOrEqualTo(1e-4 * largest);
        }
    }

    /** Both providers where both can run, as arguments of a test. */
    static Stream<KernelProvider> providers() {
        return KernelProviders.all().stream();
    }
}
