package io.github.shufflenet4j.kernel.conv;

import static io.github.shufflenet4j.kernel.conv.Reference.assertClose;
import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvNormKernelTest {

    private static final float EPSILON = 1e-3f;
    private static final Workers TWO = Workers.of(2);

    static Stream<Arguments> cases() {
        List<ConvShape> shapes = new ArrayList<>();
        int[][] planes = {{1, 1}, {7, 7}, {13, 17}};
        int[] channels = {1, 3, 29, 58, 61};
        for (int[] plane : planes) {
            for (int i = 0; i < channels.length; i++) {
                int in = channels[i];
                int out = channels[(i + 2) % channels.length];
                shapes.add(ConvShape.pointwise(in, out, plane[0], plane[1]));
                for (int stride = 1; stride <= 2; stride++) {
                    shapes.add(ConvShape.depthwise(in, stride, plane[0], plane[1]));
                    if (in <= 29) {
                        shapes.add(ConvShape.full(in, out, stride, plane[0], plane[1]));
                    }
                }
            }
        }
        // Even sizes, many blocks, and the less usual dense convolutions.
        shapes.add(ConvShape.pointwise(24, 58, 28, 28));
        shapes.add(ConvShape.pointwise(67, 29, 13, 17));
        shapes.add(ConvShape.pointwise(130, 61, 7, 7));
        shapes.add(ConvShape.depthwise(5, 1, 28, 28));
        shapes.add(ConvShape.depthwise(5, 2, 28, 28));
        shapes.add(ConvShape.full(3, 24, 2, 64, 62));
        shapes.add(new ConvShape(3, 5, 5, 1, 2, 1, 9, 8));
        shapes.add(new ConvShape(4, 7, 1, 2, 0, 1, 9, 8));
        shapes.add(new ConvShape(2, 6, 7, 2, 3, 1, 15, 14));
        // Groups: few and many, of one channel each with the kernels that DepthwiseConvNorm has not, and of several.
        shapes.add(new ConvShape(6, 9, 1, 1, 0, 3, 13, 17));
        shapes.add(new ConvShape(30, 20, 1, 1, 0, 10, 7, 7));
        shapes.add(new ConvShape(8, 4, 3, 1, 1, 2, 9, 8));
        shapes.add(new ConvShape(8, 16, 3, 2, 1, 8, 13, 17));
        shapes.add(new ConvShape(5, 5, 5, 1, 2, 5, 9, 8));
        shapes.add(new ConvShape(9, 9, 7, 2, 3, 9, 9, 8));
        return Reference.providers().flatMap(kernels -> shapes.stream().flatMap(shape ->
            Stream.of(1, 2, 5).map(batch -> Arguments.of(kernels, shape, batch))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheDefinition(KernelProvider kernels, ConvShape shape, int batch) {
        Activation activation = batch == 2 ? Activation.IDENTITY : Activation.RELU;
        Random random = new Random(shape.hashCode() + batch);
        Reference reference = new Reference(shape, batch, activation, EPSILON, random);
        double[] dOut = Reference.randoms(random, shape.outChannels() * reference.count(), 1, 0);
        ConvNormKernel kernel = ConvNormKernel.of(shape, activation, EPSILON, TWO, kernels);

        Pass training = new Pass(reference, dOut);
        training.forwardTraining(kernel);
        training.backward(kernel);
        // From one or two values, batch norm makes signs, and it undoes a single weight: what is left of the gradient
        // is the difference of numbers that are nearly equal.
        double scale = reference.count() <= 2 ? 10 : 0;
        boolean undone = shape.patch() == 1 || shape.inPlane() == 1;
        training.check(reference.forward().backward(dOut), scale, undone ? 10 : scale);
        assertClose("mean", training.mean, reference.mean, 0);
        assertClose("variance", training.variance, reference.variance, scale);

        reference.fixedMean = Reference.randoms(random, shape.outChannels(), 0.5, 0);
        reference.fixedVariance = Reference.randoms(random, shape.outChannels(), 0.1, 2);
        Pass fixed = new Pass(reference, dOut);
        fixed.forwardFixed(kernel);
        fixed.backward(kernel);
        fixed.check(reference.forward().backward(dOut), 0, 0);
        float[] out = floats(fixed.out);
        fixed.forwardInference(kernel);
        assertThat(floats(fixed.out)).isEqualTo(out);
    }

    @ParameterizedTest
    @MethodSource("io.github.shufflenet4j.kernel.conv.Reference#providers")
    void givesTheSameBitsOnAnyNumberOfThreads(KernelProvider kernels) {
        for (ConvShape shape : List.of(ConvShape.pointwise(24, 58, 28, 28),
            ConvShape.pointwise(70, 61, 14, 14), ConvShape.depthwise(29, 1, 13, 17),
            ConvShape.depthwise(29, 2, 13, 17), ConvShape.full(3, 24, 2, 33, 34),
            new ConvShape(24, 12, 1, 1, 0, 3, 28, 28), new ConvShape(24, 24, 5, 2, 2, 24, 13, 17))) {
            Random random = new Random(5);
            Reference reference = new Reference(shape, 4, Activation.RELU, EPSILON, random);
            double[] dOut = Reference.randoms(random, shape.outChannels() * reference.count(), 1, 0);
            Pass first = null;
            for (int threads : new int[] {1, 2, 3, 3, 1}) {
                try (Workers workers = Workers.of(threads)) {
                    ConvNormKernel kernel = ConvNormKernel.of(shape, Activation.RELU, EPSILON, workers, kernels);
                    Pass pass = new Pass(reference, dOut);
                    pass.forwardTraining(kernel);
                    pass.backward(kernel);
                    if (first == null) {
                        first = pass;
                    }
                    assertThat(floats(pass.out)).isEqualTo(floats(first.out));
                    assertThat(floats(pass.dX)).isEqualTo(floats(first.dX));
                    assertThat(pass.dW).isEqualTo(first.dW);
                    assertThat(pass.dGamma).isEqualTo(first.dGamma);
                    assertThat(pass.dBeta).isEqualTo(first.dBeta);
                }
            }
        }
    }

    @Test
    void keepsTheDigitsOfAMeanFarFromZero() {
        ConvShape shape = ConvShape.pointwise(1, 1, 32, 32);
        Random random = new Random(3);
        Reference reference = new Reference(shape, 4, Activation.IDENTITY, EPSILON, random);
        for (int i = 0; i < reference.x.length; i++) {
            reference.x[i] = (float) (reference.x[i] + 1000);
        }
        for (KernelProvider kernels : Reference.providers().toList()) {
            ConvNormKernel kernel = ConvNormKernel.of(shape, Activation.IDENTITY, EPSILON, TWO, kernels);
            Pass pass = new Pass(reference, new double[reference.x.length]);
            pass.forwardTraining(kernel);
            assertClose("variance", pass.variance, reference.forward().variance, 0);
        }
    }

    /** With fixed statistics images do not see each other, so the gradients of a large batch are sums. */
    @ParameterizedTest
    @MethodSource("io.github.shufflenet4j.kernel.conv.Reference#providers")
    void addsUpTheWeightGradientsOfManyBlocks(KernelProvider kernels) {
        ConvShape shape = ConvShape.pointwise(256, 256, 28, 28);
        int batch = 10;
        Random random = new Random(11);
        int size = 256 * 28 * 28;
        double[] x = Reference.randoms(random, batch * size, 1, 0.5);
        double[] dOut = Reference.randoms(random, batch * size, 1, 0);
        float[] w = floats(Reference.randoms(random, shape.weights(), 1, 0));
        float[] ones = new float[256];
        Arrays.fill(ones, 1);
        ConvNormKernel kernel = ConvNormKernel.of(shape, Activation.RELU, EPSILON, TWO, kernels);
        double[] expected = new double[w.length];
        float[] dW = new float[w.length];
        for (int image = 0; image < batch; image++) {
            FloatBuffer input = buffer(Arrays.copyOfRange(x, image * size, (image + 1) * size));
            FloatBuffer gradient = buffer(Arrays.copyOfRange(dOut, image * size, (image + 1) * size));
            kernel.forwardFixedStatistics(1, input, w, ones, ones, ones, ones, buffer(size));
            kernel.backward(input, gradient, w, null, dW, new float[256], new float[256]);
            Arrays.setAll(expected, i -> expected[i] + dW[i]);
        }
        kernel.forwardFixedStatistics(batch, buffer(x), w, ones, ones, ones, ones, buffer(batch * size));
        kernel.backward(buffer(x), buffer(dOut), w, null, dW, new float[256], new float[256]);
        assertClose("weights", dW, expected, 0);
    }

    @Test
    void leavesOutTheGradientToTheInput() {
        ConvShape shape = ConvShape.full(3, 8, 2, 9, 9);
        Random random = new Random(9);
        Reference reference = new Reference(shape, 2, Activation.RELU, EPSILON, random);
        double[] dOut = Reference.randoms(random, shape.outChannels() * reference.count(), 1, 0);
        ConvNormKernel kernel = ConvNormKernel.of(shape, Activation.RELU, EPSILON, TWO);
        Pass pass = new Pass(reference, dOut);
        pass.forwardTraining(kernel);
        pass.dX = null;
        pass.backward(kernel);
        assertClose("weights", pass.dW, reference.forward().backward(dOut).dW, 0);
    }

    @Test
    void supportsEveryConvolutionOfStrideOneAndTwo() {
        assertThat(ConvNormKernel.supports(ConvShape.pointwise(4, 8, 7, 7))).isTrue();
        assertThat(ConvNormKernel.supports(ConvShape.depthwise(4, 2, 7, 7))).isTrue();
        assertThat(ConvNormKernel.supports(ConvShape.full(3, 4, 1, 7, 7))).isTrue();
        assertThat(ConvNormKernel.supports(new ConvShape(4, 8, 1, 1, 0, 2, 7, 7))).isTrue();
        assertThat(ConvNormKernel.supports(new ConvShape(4, 4, 5, 1, 2, 4, 7, 7))).isTrue();
        ConvShape wide = ConvShape.full(3, 4, 3, 7, 7);
        assertThat(ConvNormKernel.supports(wide)).isFalse();
        assertThatThrownBy(() -> ConvNormKernel.of(wide, Activation.RELU, EPSILON, TWO))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("stride=3");
    }

    @Test
    void namesBadValues() {
        assertThatThrownBy(() -> ConvShape.pointwise(0, 8, 7, 7))
            .hasMessage("input channels must be at least 1, got 0");
        assertThatThrownBy(() -> new ConvShape(4, 6, 1, 1, 0, 4, 7, 7)).hasMessageContaining("groups: 4");
        assertThatThrownBy(() -> new ConvShape(1, 1, 3, 1, -1, 1, 7, 7)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new ConvShape(1, 1, 5, 1, 0, 1, 4, 7)).hasMessageContaining("kernel 5");
        ConvShape shape = ConvShape.pointwise(2, 2, 2, 2);
        assertThatThrownBy(() -> ConvNormKernel.of(shape, Activation.RELU, 0, TWO))
            .hasMessage("epsilon must be a number above 0, got 0.0");
        ConvNormKernel kernel = ConvNormKernel.of(shape, Activation.RELU, EPSILON, TWO);
        FloatBuffer x = buffer(8);
        float[] w = new float[4];
        float[] c = new float[2];
        assertThatThrownBy(() -> kernel.forwardInference(0, x, w, c, c, c, c, x)).hasMessageContaining("batch");
        assertThatThrownBy(() -> kernel.forwardInference(2, x, w, c, c, c, c, x))
            .hasMessage("input needs 16 floats: 8");
        assertThatThrownBy(() -> kernel.forwardInference(1, x, c, c, c, c, c, x))
            .hasMessage("weights needs 4 floats: 2");
        FloatBuffer swapped = ByteBuffer.allocateDirect(32)
            .order(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
            .asFloatBuffer();
        assertThatThrownBy(() -> kernel.forwardInference(1, swapped, w, c, c, c, c, x))
            .hasMessageContaining("byte order");
        assertThatThrownBy(() -> kernel.backward(x, x, w, null, w, c, c)).isInstanceOf(IllegalStateException.class);
        kernel.forwardFixedStatistics(1, x, w, c, c, c, new float[] {1, 1}, buffer(8));
        kernel.release();
        assertThatThrownBy(() -> kernel.backward(x, x, w, null, w, c, c)).isInstanceOf(IllegalStateException.class);
    }

    /** The arguments of one pass both ways. */
    private static final class Pass {
        final Reference reference;
        final FloatBuffer x;
        final float[] w;
        final float[] gamma;
        final float[] beta;
        final FloatBuffer out;
        final float[] mean;
        final float[] variance;
        final FloatBuffer dOut;
        FloatBuffer dX;
        final float[] dW;
        final float[] dGamma;
        final float[] dBeta;

        Pass(Reference reference, double[] dOut) {
            this.reference = reference;
            int channels = reference.shape.outChannels();
            x = buffer(reference.x);
            w = floats(reference.w);
            gamma = floats(reference.gamma);
            beta = floats(reference.beta);
            out = buffer(dOut.length);
            mean = new float[channels];
            variance = new float[channels];
            this.dOut = buffer(dOut);
            dX = buffer(reference.x.length);
            dW = new float[w.length];
            dGamma = new float[channels];
            dBeta = new float[channels];
        }

        void forwardTraining(ConvNormKernel kernel) {
            kernel.forwardTraining(reference.batch, x, w, gamma, beta, out, mean, variance);
        }

        void forwardFixed(ConvNormKernel kernel) {
            kernel.forwardFixedStatistics(reference.batch, x, w, gamma, beta, floats(reference.fixedMean),
                floats(reference.fixedVariance), out);
        }

        void forwardInference(ConvNormKernel kernel) {
            kernel.forwardInference(reference.batch, x, w, gamma, beta, floats(reference.fixedMean),
                floats(reference.fixedVariance), out);
        }

        void backward(ConvNormKernel kernel) {
            kernel.backward(x, dOut, w, dX, dW, dGamma, dBeta);
        }

        void check(Reference expected, double scale, double weightScale) {
            assertClose("output", floats(out), expected.out, 0);
            assertClose("input", floats(dX), expected.dX, scale);
            assertClose("weights", dW, expected.dW, weightScale);
            assertClose("scale", dGamma, expected.dGamma, scale);
            assertClose("shift", dBeta, expected.dBeta, 0);
        }
    }
}
