package io.github.shufflenet4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
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

import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

class ShuffleNetV2TrainingTest {

    private static final int CLASSES = 3;

    private static DataSet batch(DataType type, CNN2DFormat format, int channels, int size) {
        INDArray input = Nd4j.randn(type, 4, channels, size, size);
        INDArray labels = Nd4j.zeros(type, 4, CLASSES);
        for (int i = 0; i < 4; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new DataSet(format == CNN2DFormat.NCHW ? input : input.permute(0, 2, 3, 1).dup('c'), labels);
    }

    private static ComputationGraph small(BlockLayout layout, CNN2DFormat format) {
        return ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).blockLayout(layout).numClasses(CLASSES)
                .inputShape(3, 32, 32).dataFormat(format).updater(new Sgd(0.01)).build().init();
    }

    /** A unit of each kind between a stem and a classifier, every parameter against finite differences. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"TORCHVISION, NCHW", "TORCHVISION, NHWC", "MEGVII, NCHW", "MEGVII, NHWC"})
    void gradientsAgreeWithFiniteDifferences(BlockLayout layout, CNN2DFormat format) {
        Nd4j.getRandom().setSeed(11);
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
        try {
            checkGradients(layout, format);
        } finally {
            Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
        }
    }

    private static void checkGradients(BlockLayout layout, CNN2DFormat format) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder().seed(5).dataType(DataType.DOUBLE)
                .updater(new NoOp()).weightInit(WeightInit.XAVIER).graphBuilder().addInputs("in")
                .setInputTypes(InputType.convolutional(9, 9, 4, format));
        ShuffleNetV2Unit form = new ShuffleNetV2Unit(layout);
        Node first = form.add(UnitShape.projecting("stage2.0", 4, 12, 2, layout),
                Node.image(graph, "in", 4, format, 0, true));
        form.add(UnitShape.basic("stage2.1", 12), first);
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "stage2.1")
                .addLayer("fc", new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(), "pool")
                .setOutputs("fc");
        // With a decay of 1 the running statistics stay put: their updates are zero, as are their finite differences.
        String still = graph.build().toJson().replace("\"decay\" : 0.9", "\"decay\" : 1.0");
        ComputationGraph network = new ComputationGraph(ComputationGraphConfiguration.fromJson(still));
        network.init();
        DataSet batch = batch(DataType.DOUBLE, format, 4, 9);

        boolean correct = GradientCheckUtil.checkGradients(new GradientCheckUtil.GraphConfig().net(network)
                .epsilon(1e-6).maxRelError(1e-4).minAbsoluteError(1e-8)
                .inputs(new INDArray[] {batch.getFeatures()}).labels(new INDArray[] {batch.getLabels()}));

        assertThat(correct).isTrue();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"TORCHVISION, NCHW", "TORCHVISION, NHWC", "MEGVII, NCHW"})
    void survivesEveryRoundTripAfterTraining(BlockLayout layout, CNN2DFormat format) throws Exception {
        ComputationGraph network = small(layout, format);
        DataSet batch = batch(DataType.FLOAT, format, 3, 32);
        network.fit(batch);
        RoundTrips.assertSurvivesAll(network, batch.getFeatures());
    }

    @Test
    void aRestoredNetworkTrainsOnBitForBit() throws Exception {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(CLASSES)
                .inputShape(3, 32, 32).build().init();
        DataSet batch = batch(DataType.FLOAT, CNN2DFormat.NCHW, 3, 32);
        network.fit(batch);
        ComputationGraph restored = RoundTrips.saveAndLoad(network);
        FusedGraphUpdater.install(restored);
        network.fit(batch);
        restored.fit(batch);
        assertThat(restored.params()).isEqualTo(network.params());
    }

    @Test
    void overfitsABatch() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(CLASSES)
                .inputShape(3, 64, 64).updater(new Sgd(0.1)).build().init();
        DataSet batch = batch(DataType.FLOAT, CNN2DFormat.NCHW, 3, 64);
        network.fit(batch);
        double before = network.score();
        for (int i = 0; i < 10; i++) {
            network.fit(batch);
        }
        assertThat(network.score()).isLessThan(before / 2);
    }

    @ParameterizedTest
    @EnumSource(BlockLayout.class)
    void transferLearningFreezesAndReplacesTheHead(BlockLayout layout) throws Exception {
        ComputationGraph pretrained = small(layout, CNN2DFormat.NCHW);
        int classes = CLASSES;
        ComputationGraph network = new TransferLearning.GraphBuilder(pretrained)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).seed(3).build())
                .setFeatureExtractor("stage4.3")
                .nOutReplace(ShuffleNetV2.FC, classes, WeightInit.XAVIER)
                .build();
        String frozen = "stage3.2.branch2.depthwise";
        String trained = ShuffleNetV2.CONV5;
        INDArray before = network.getLayer(frozen).params().dup();
        INDArray trainedBefore = network.getLayer(trained).params().dup();
        DataSet batch = batch(DataType.FLOAT, CNN2DFormat.NCHW, 3, 32);

        network.fit(batch);

        assertThat(network.getLayer(frozen).params().equals(before)).isTrue();
        assertThat(pretrained.getLayer(frozen).params().equals(before)).isTrue();
        assertThat(network.getLayer(trained).params()).isNotEqualTo(trainedBefore);
        RoundTrips.assertSurvivesAll(network, batch.getFeatures());
    }
}
