package io.github.shufflenet4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.backend.CpuArrays;

/** The kernels against the reference made of ND4J operations. */
class ConvNormExecutorsTest {

    private static final double TOLERANCE = 1e-4;
    private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

    private static ConvNormActivation conf(int kernel, int stride, int groups, int nIn, int nOut, boolean relu) {
        return new ConvNormActivation.Builder(kernel).nIn(nIn).nOut(nOut).stride(stride).groups(groups)
                .activation(relu ? Activation.RELU : Activation.IDENTITY).build();
    }

    private static Map<String, INDArray> params(FeedForwardLayer conf) {
        Map<String, INDArray> params = new LinkedHashMap<>();
        ConvNormActivationParams.shapes(conf)
                .forEach((key, shape) -> params.put(key, Nd4j.randn(DataType.FLOAT, shape)));
        if (params.containsKey("var")) {
            params.get("var").assign(Nd4j.rand(DataType.FLOAT, conf.getNOut()).addi(0.5));
        }
        return params;
    }

    private static Map<String, INDArray> gradients(FeedForwardLayer conf) {
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        ConvNormActivationParams.shapes(conf).forEach(
                (key, shape) -> gradients.put(key, Nd4j.valueArrayOf(shape, Double.NaN, DataType.FLOAT)));
        return gradients;
    }

    @ParameterizedTest(name = "{0}x{0}, stride {1}, groups {2}, {3} to {4}, {5}x{6}, batch {7}, relu {8}, training {9}")
    @CsvSource({
        "1, 1, 1, 58, 58, 7, 7, 5, true, true",
        "1, 1, 1, 3, 61, 13, 17, 2, true, true",
        "1, 1, 1, 29, 1, 5, 1, 3, false, true",
        "1, 1, 1, 24, 58, 14, 14, 2, true, false",
        "3, 1, 29, 29, 29, 13, 17, 2, false, true",
        "3, 2, 58, 58, 58, 7, 7, 3, false, true",
        "3, 2, 3, 3, 3, 13, 17, 5, true, true",
        "3, 1, 24, 24, 24, 9, 9, 2, false, false",
        "3, 2, 1, 3, 24, 33, 31, 2, true, true",
        "3, 2, 1, 3, 24, 32, 32, 2, true, false",
        "3, 1, 1, 5, 4, 8, 8, 2, true, true",
        "3, 1, 61, 61, 61, 3, 1, 9, true, true",
        "1, 1, 3, 12, 30, 14, 14, 2, true, true",
        "1, 1, 8, 24, 48, 7, 7, 3, true, false",
        "3, 2, 2, 6, 8, 13, 17, 2, false, true",
        "5, 2, 16, 16, 16, 14, 14, 2, false, true",
        "7, 1, 9, 9, 9, 9, 9, 2, false, false",
    })
    void kernelsAgreeWithTheReference(int kernel, int stride, int groups, int nIn, int nOut, int height, int width,
                                      int batch, boolean relu, boolean training) {
        Nd4j.getRandom().setSeed(17);
        ConvNormActivation conf = conf(kernel, stride, groups, nIn, nOut, relu);
        assertKernelsAgree(conf, Nd4j.randn(DataType.FLOAT, batch, nIn, height, width), training);
    }

    /** Activation functions that the kernels leave to ND4J, trained and frozen. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void otherActivationFunctionsComeAfterTheKernels(boolean training) {
        for (IActivation activation : List.of(new HardSwish(), new HardSigmoid(), new ActivationReLU6(),
                new ActivationReLU(null, null, 0.25), Activation.SWISH.getActivationFunction())) {
            Nd4j.getRandom().setSeed(19);
            ConvNormActivation conf = new ConvNormActivation.Builder(3).nIn(3).nOut(5).activation(activation).build();
            assertKernelsAgree(conf, Nd4j.randn(DataType.FLOAT, 2, 3, 9, 8), training);
        }
    }

    /** Convolutions by themselves, trained and frozen. */
    @ParameterizedTest
    @CsvSource({"1, 1, 12, true, true", "3, 1, 12, false, true", "3, 1, 12, true, false", "3, 2, 1, false, true"})
    void kernelsAgreeWithoutBatchNorm(int kernel, int stride, int groups, boolean relu, boolean training) {
        Nd4j.getRandom().setSeed(23);
        ConvNormActivation conf = new ConvNormActivation.Builder(kernel).nIn(12).nOut(24).stride(stride)
                .groups(groups).batchNorm(false).activation(relu ? Activation.RELU : Activation.IDENTITY).build();
        assertThat(ConvNormActivationParams.shapes(conf)).containsOnlyKeys("W");
        assertKernelsAgree(conf, Nd4j.randn(DataType.FLOAT, 3, 12, 9, 8), training);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false", "false, false"})
    void kernelsAgreeOnBatchNormByItself(boolean relu, boolean training) {
        Nd4j.getRandom().setSeed(29);
        NormActivation conf = new NormActivation.Builder().nIn(13).nOut(13)
                .activation(relu ? Activation.RELU : Activation.IDENTITY).build();
        assertThat(ConvNormExecutor.of(conf, DataType.FLOAT)).isInstanceOf(KernelNormExecutor.class);
        assertKernelsAgree(conf, new KernelNormExecutor(conf), nd4j(conf),
                Nd4j.randn(DataType.FLOAT, 3, 13, 9, 7).addi(0.5), training);
    }

    private static ConvNormExecutor nd4j(NormActivation conf) {
        return new Nd4jNormExecutor(conf.getActivationFn(), conf.getEps(), conf.getDecay(), conf.getFormat());
    }

    private static void assertKernelsAgree(ConvNormActivation conf, INDArray input, boolean training) {
        assertThat(ConvNormExecutor.of(conf, DataType.FLOAT)).isInstanceOf(KernelConvNormExecutor.class);
        assertKernelsAgree(conf, new KernelConvNormExecutor(conf), new Nd4jConvNormExecutor(conf), input, training);
    }

    private static void assertKernelsAgree(FeedForwardLayer conf, ConvNormExecutor kernels, ConvNormExecutor reference,
                                           INDArray input, boolean training) {
        Map<String, INDArray> params = params(conf);
        INDArray expected = reference.forward(input, params, training, WORKSPACES);
        assertClose("output", kernels.forward(input, params, training, WORKSPACES), expected);

        INDArray epsilon = Nd4j.randn(DataType.FLOAT, expected.shape());
        Map<String, INDArray> expectedGradients = gradients(conf);
        Map<String, INDArray> actualGradients = gradients(conf);
        INDArray dInput = reference.backward(input, epsilon.dup(), params, expectedGradients, true, WORKSPACES);
        assertClose("gradient of the input",
                kernels.backward(input, epsilon.dup(), params, actualGradients, true, WORKSPACES), dInput);
        expectedGradients.forEach((key, gradient) -> assertClose(key, actualGradients.get(key), gradient));
    }

    @Test
    void viewsAreReadAsWhatTheyShow() {
        ConvNormActivation conf = conf(1, 1, 1, 4, 3, true);
        Map<String, INDArray> params = params(conf);
        INDArray channelsLast = Nd4j.randn(DataType.FLOAT, 2, 5, 6, 4);
        INDArray view = channelsLast.permute(0, 3, 1, 2);
        INDArray fromView = new KernelConvNormExecutor(conf).forward(view, params, true, WORKSPACES);
        INDArray fromCopy = new KernelConvNormExecutor(conf).forward(view.dup('c'), params, true, WORKSPACES);
        assertThat(fromView.equalsWithEps(fromCopy, 0)).isTrue();
    }

    @Test
    void aChangedInputSizeIsNoticed() {
        ConvNormActivation conf = conf(3, 2, 1, 3, 5, true);
        Map<String, INDArray> params = params(conf);
        ConvNormExecutor kernels = new KernelConvNormExecutor(conf);
        ConvNormExecutor reference = new Nd4jConvNormExecutor(conf);
        for (int size : new int[] {16, 33, 8}) {
            INDArray input = Nd4j.randn(DataType.FLOAT, 2, 3, size, size + 1);
            assertClose("output", kernels.forward(input, params, false, WORKSPACES),
                    reference.forward(input, params, false, WORKSPACES));
        }
    }

    @Test
    void whatHasNoKernelsGoesToTheReference() {
        assertThat(ConvNormExecutor.of(conf(3, 1, 4, 4, 4, true), DataType.DOUBLE))
                .isInstanceOf(Nd4jConvNormExecutor.class);
        assertThat(ConvNormExecutor.of(conf(3, 3, 2, 4, 4, true), DataType.FLOAT))
                .isInstanceOf(Nd4jConvNormExecutor.class);
        NormActivation.Builder norm = new NormActivation.Builder().nIn(4).nOut(4);
        assertThat(ConvNormExecutor.of(norm.build(), DataType.DOUBLE)).isInstanceOf(Nd4jNormExecutor.class);
        assertThat(ConvNormExecutor.of(norm.activation(Activation.SWISH).build(), DataType.FLOAT))
                .isInstanceOf(Nd4jNormExecutor.class);
        ConvNormActivation.Builder builder = new ConvNormActivation.Builder(1).nIn(4).nOut(4);
        assertThat(ConvNormExecutor.of(builder.dataFormat(CNN2DFormat.NHWC).build(), DataType.FLOAT))
                .isInstanceOf(Nd4jConvNormExecutor.class);
    }

    @Test
    void nd4jComputesWhereItIsAskedTo() {
        System.setProperty(CpuArrays.EXECUTOR_PROPERTY, "nd4j");
        try {
            assertThat(ConvNormExecutor.of(conf(1, 1, 1, 4, 4, true), DataType.FLOAT))
                    .isInstanceOf(Nd4jConvNormExecutor.class);
        } finally {
            System.clearProperty(CpuArrays.EXECUTOR_PROPERTY);
        }
    }

    private static void assertClose(String what, INDArray actual, INDArray expected) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        double scale = Math.max(expected.amaxNumber().doubleValue(), 1e-3);
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).as(what).isLessThan(TOLERANCE * scale);
    }
}
