package io.github.shufflenet4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;

import io.github.shufflenet4j.RoundTrips;

class ConvNormActivationTest {

    private static final int CHANNELS = 6;
    private static final int CLASSES = 3;
    private static final double LEARNING_RATE = 0.1;
    private static final double L2 = 0.01;

    private static ComputationGraph network(CNN2DFormat format, WorkspaceMode workspaces, Layer... layers) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder().seed(7).dataType(DataType.DOUBLE)
                .updater(new Sgd(LEARNING_RATE)).l2(L2).convolutionMode(ConvolutionMode.Truncate)
                .trainingWorkspaceMode(workspaces).inferenceWorkspaceMode(workspaces)
                .graphBuilder().addInputs("in").setInputTypes(InputType.convolutional(9, 8, CHANNELS, format));
        String previous = "in";
        for (int i = 0; i < layers.length; i++) {
            graph.addLayer("layer" + i, layers[i], previous);
            previous = "layer" + i;
        }
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), previous)
                .addLayer("out", new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("out");
        ComputationGraph network = new ComputationGraph(graph.build());
        network.init();
        return network;
    }

    private static DataSet batch(CNN2DFormat format) {
        INDArray input = Nd4j.randn(DataType.DOUBLE, 4, CHANNELS, 9, 8);
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, CLASSES);
        for (int i = 0; i < 4; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new DataSet(format == CNN2DFormat.NCHW ? input : input.permute(0, 2, 3, 1).dup('c'), labels);
    }

    private static ConvNormActivation.Builder conv(int kernel, int nOut) {
        return new ConvNormActivation.Builder(kernel).nOut(nOut);
    }

    /** Against DL4J's own convolution and batch norm, two training steps and a test-mode output. */
    @ParameterizedTest(name = "kernel {0}, stride {1}, depthwise {2}, {3}, {4}")
    @CsvSource({
        "1, 1, false, NCHW, ENABLED", "3, 2, false, NCHW, ENABLED", "3, 1, true, NCHW, ENABLED",
        "3, 2, true, NCHW, NONE", "5, 1, true, NCHW, ENABLED", "3, 2, false, NCHW, NONE"
    })
    void trainsLikeStockConvolutionAndBatchNorm(int kernel, int stride, boolean depthwise, CNN2DFormat format,
                                                WorkspaceMode workspaces) {
        int nOut = depthwise ? CHANNELS : 5;
        ComputationGraph ours = network(format, workspaces,
                conv(kernel, nOut).stride(stride).groups(depthwise ? CHANNELS : 1).build());
        Layer stockConvolution = depthwise
                ? new DepthwiseConvolution2D.Builder(kernel, kernel).stride(stride, stride)
                        .padding(kernel / 2, kernel / 2).depthMultiplier(1).hasBias(false).nOut(nOut)
                        .activation(Activation.IDENTITY).build()
                : new ConvolutionLayer.Builder(kernel, kernel).stride(stride, stride)
                        .padding(kernel / 2, kernel / 2).hasBias(false).nOut(nOut)
                        .activation(Activation.IDENTITY).build();
        ComputationGraph stock = network(format, workspaces, stockConvolution,
                new BatchNormalization.Builder().useLogStd(false).activation(Activation.IDENTITY).build(),
                new org.deeplearning4j.nn.conf.layers.ActivationLayer(Activation.RELU));
        INDArray weight = ours.getLayer("layer0").getParam("W");
        stock.getLayer("layer0").setParam("W", depthwise ? weight.permute(2, 3, 0, 1) : weight);
        stock.getLayer("out").setParams(ours.getLayer("out").params());

        DataSet batch = batch(format);
        for (int step = 0; step < 2; step++) {
            ours.fit(batch);
            stock.fit(batch);
            assertThat(ours.score()).isCloseTo(stock.score(), org.assertj.core.data.Offset.offset(1e-8));
        }
        INDArray expectedWeight = stock.getLayer("layer0").getParam("W");
        assertClose(weight, depthwise ? expectedWeight.permute(2, 3, 0, 1) : expectedWeight);
        org.deeplearning4j.nn.api.Layer norm = stock.getLayer("layer1");
        for (String key : new String[] {"gamma", "beta", "mean"}) {
            assertClose(ours.getLayer("layer0").getParam(key), norm.getParam(key));
        }
        // DL4J keeps the biased variance: the same moving average, but for the factor n / (n - 1) on each batch's.
        ours.getLayer("layer0").getParam("var").assign(norm.getParam("var"));
        assertClose(ours.outputSingle(batch.getFeatures()), stock.outputSingle(batch.getFeatures()));
    }

    /** Pre-activation, as in DenseNet, against DL4J's own batch norm, ReLU and convolution: two training steps. */
    @Test
    void batchNormAndConvolutionByThemselvesTrainLikeStockLayers() {
        ComputationGraph ours = network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED, new NormActivation.Builder().build(),
                conv(3, 5).batchNorm(false).activation(Activation.IDENTITY).build());
        ComputationGraph stock = network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED,
                new BatchNormalization.Builder().useLogStd(false).activation(Activation.IDENTITY).build(),
                new org.deeplearning4j.nn.conf.layers.ActivationLayer(Activation.RELU),
                new ConvolutionLayer.Builder(3, 3).padding(1, 1).hasBias(false).nOut(5)
                        .activation(Activation.IDENTITY).build());
        assertThat(ours.getLayer("layer0").paramTable()).containsOnlyKeys("gamma", "beta", "mean", "var");
        assertThat(ours.getLayer("layer1").paramTable()).containsOnlyKeys("W");
        INDArray weight = ours.getLayer("layer1").getParam("W");
        stock.getLayer("layer2").setParam("W", weight);
        stock.getLayer("out").setParams(ours.getLayer("out").params());

        DataSet batch = batch(CNN2DFormat.NCHW);
        for (int step = 0; step < 2; step++) {
            ours.fit(batch);
            stock.fit(batch);
            assertThat(ours.score()).isCloseTo(stock.score(), org.assertj.core.data.Offset.offset(1e-8));
        }
        assertClose(weight, stock.getLayer("layer2").getParam("W"));
        org.deeplearning4j.nn.api.Layer norm = stock.getLayer("layer0");
        for (String key : new String[] {"gamma", "beta", "mean"}) {
            assertClose(ours.getLayer("layer0").getParam(key), norm.getParam(key));
        }
        ours.getLayer("layer0").getParam("var").assign(norm.getParam("var"));
        assertClose(ours.outputSingle(batch.getFeatures()), stock.outputSingle(batch.getFeatures()));
    }

    @Test
    void runningStatisticsMoveTowardsTheBatch() {
        ComputationGraph network = network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED,
                conv(1, CHANNELS).decay(0.75).build());
        INDArray identity = Nd4j.eye(CHANNELS).castTo(DataType.DOUBLE).reshape(CHANNELS, CHANNELS, 1, 1);
        network.getLayer("layer0").setParam("W", identity);
        DataSet batch = batch(CNN2DFormat.NCHW);
        network.fit(batch);
        INDArray x = batch.getFeatures();
        assertClose(network.getLayer("layer0").getParam("mean"), x.mean(0, 2, 3).mul(0.25));
        assertClose(network.getLayer("layer0").getParam("var"), x.var(true, 0, 2, 3).mul(0.25).add(0.75));
    }

    @Test
    void onlyWeightsDecayAndOnlyStatisticsSkipTheUpdater() {
        ConvNormActivation conf = (ConvNormActivation) network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED,
                conv(1, 4).build()).getLayer("layer0").conf().getLayer();
        assertThat(conf.getRegularizationByParam("W")).hasSize(1);
        for (String key : new String[] {"gamma", "beta", "mean", "var"}) {
            assertThat(conf.getRegularizationByParam(key)).isNullOrEmpty();
        }
        ConvNormActivation decaying = conv(1, 4).l2Bias(0.5).build();
        assertThat(decaying.getRegularizationByParam("gamma")).containsExactly(new L2Regularization(0.5));
        assertThat(decaying.getRegularizationByParam("beta")).containsExactly(new L2Regularization(0.5));
        assertThat(decaying.getRegularizationByParam("mean")).isNull();
        assertThat(conf.getUpdaterByParam("gamma")).isEqualTo(new Sgd(LEARNING_RATE));
        assertThat(conf.getUpdaterByParam("mean")).isInstanceOf(NoOp.class);
        assertThat(conf.getUpdaterByParam("var")).isInstanceOf(NoOp.class);
    }

    /** The score's penalty, by DL4J's operations in double precision and by our own sum in single precision. */
    @Test
    void penaltyIsHalfTheCoefficientTimesTheSquares() {
        ComputationGraph network = network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED, conv(3, 4).build());
        INDArray weight = network.getLayer("layer0").getParam("W");
        double expected = L2 / 2 * weight.mul(weight).sumNumber().doubleValue();
        assertThat(network.getLayer("layer0").calcRegularizationScore(true))
                .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-10));
        ComputationGraph single = network.convertDataType(DataType.FLOAT);
        assertThat(single.getLayer("layer0").calcRegularizationScore(true))
                .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-7));
    }

    /** A grouped convolution is a full one whose weights between groups are zero. */
    @ParameterizedTest
    @EnumSource(CNN2DFormat.class)
    void groupsAreBlocksOfAFullConvolution(CNN2DFormat format) {
        int groups = 2;
        ComputationGraph grouped =
                network(format, WorkspaceMode.ENABLED, conv(3, 4).groups(groups).stride(2).build());
        ComputationGraph full = network(format, WorkspaceMode.ENABLED, conv(3, 4).stride(2).build());
        INDArray small = grouped.getLayer("layer0").getParam("W");
        INDArray large = full.getLayer("layer0").getParam("W").assign(0);
        for (int out = 0; out < 4; out++) {
            for (int in = 0; in < CHANNELS / groups; in++) {
                int wide = out / 2 * (CHANNELS / groups) + in;
                large.tensorAlongDimension(out * CHANNELS + wide, 2, 3)
                        .assign(small.tensorAlongDimension(out * CHANNELS / groups + in, 2, 3));
            }
        }
        full.getLayer("out").setParams(grouped.getLayer("out").params());
        DataSet batch = batch(format);
        assertClose(grouped.outputSingle(batch.getFeatures()), full.outputSingle(batch.getFeatures()));
        grouped.fit(batch);
        full.fit(batch);
        for (int out = 0; out < 4; out++) {
            for (int in = 0; in < CHANNELS / groups; in++) {
                int wide = out / 2 * (CHANNELS / groups) + in;
                assertClose(small.tensorAlongDimension(out * CHANNELS / groups + in, 2, 3),
                        large.tensorAlongDimension(out * CHANNELS + wide, 2, 3));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CNN2DFormat.class)
    void survivesEveryRoundTrip(CNN2DFormat format) throws Exception {
        ComputationGraph network = network(format, WorkspaceMode.ENABLED,
                conv(3, 4).stride(2).padding(0).eps(1e-3).decay(0.8).build(),
                conv(3, 4).groups(4).activation(Activation.IDENTITY).build(),
                new NormActivation.Builder().eps(1e-3).decay(0.8).build(),
                conv(1, 3).batchNorm(false).build());
        network.fit(batch(format));
        RoundTrips.assertSurvivesAll(network, batch(format).getFeatures());
    }

    @Test
    void badValuesAreRefusedByName() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConvNormActivation.Builder(0))
                .withMessageContaining("kernelSize").withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 4).stride(0)).withMessageContaining("stride");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 4).padding(-1)).withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 4).groups(3).build())
                .withMessageContaining("groups = 3");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 4).decay(1.5)).withMessageContaining("1.5");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 4).eps(0)).withMessageContaining("eps");
        assertThatIllegalArgumentException().isThrownBy(() -> conv(1, 0).build()).withMessageContaining("nOut");
        assertThatIllegalArgumentException().isThrownBy(() -> new NormActivation.Builder().decay(-1))
                .withMessageContaining("decay");
        assertThatIllegalArgumentException().isThrownBy(() -> new NormActivation.Builder().eps(0))
                .withMessageContaining("eps");
        assertThatThrownBy(() -> network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED, conv(1, 4).groups(4).build()))
                .hasMessageContaining("layer0").hasMessageContaining("groups = 4").hasMessageContaining("6");
        assertThatThrownBy(() -> network(CNN2DFormat.NCHW, WorkspaceMode.ENABLED, conv(11, 4).padding(0).build()))
                .hasMessageContaining("layer0").hasMessageContaining("11");
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.sub(expected).amaxNumber().doubleValue())
                .isLessThan(1e-8 * (1 + expected.amaxNumber().doubleValue()));
    }
}
