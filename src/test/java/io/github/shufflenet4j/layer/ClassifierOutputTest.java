package io.github.shufflenet4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The classifier and the pooling before it, against DL4J's own layers. */
class ClassifierOutputTest {

    private static final int CLASSES = 30;

    private static ComputationGraph network(boolean own, boolean bias, double l2Bias, double retain) {
        OutputLayer.Builder output = own ? new ClassifierOutput.Builder(new LossMCXENT())
                : new OutputLayer.Builder(new LossMCXENT());
        output.nOut(CLASSES).activation(Activation.SOFTMAX).hasBias(bias).l2Bias(l2Bias);
        if (retain < 1) {
            output.dropOut(retain);
        }
        Layer pool = own ? new GlobalAveragePooling() : new GlobalPoolingLayer(PoolingType.AVG);
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder().seed(7).l2(0.01)
                .updater(new Nesterovs(0.1, 0.9)).graphBuilder().addInputs("input")
                .addLayer("conv", new ConvNormActivation.Builder(3).nOut(70).stride(2).padding(1)
                        .activation(Activation.RELU).build(), "input")
                .addLayer("pool", pool, "conv").addLayer("fc", output.build(), "pool")
                .setInputTypes(InputType.convolutional(12, 10, 3)).setOutputs("fc").build();
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network;
    }

    /** The same images for a seed, as ND4J gives none: in one network only, a ReLU could be open by a rounding. */
    private static DataSet batch(int images, int seed) {
        Random random = new Random(seed);
        float[] pixels = new float[images * 3 * 12 * 10];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        INDArray labels = Nd4j.zeros(DataType.FLOAT, images, CLASSES);
        for (int i = 0; i < images; i++) {
            labels.putScalar(i, (7 * i + seed) % CLASSES, 1);
        }
        return new DataSet(Nd4j.createFromArray(pixels).reshape(images, 3, 12, 10), labels);
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 0.1"})
    void trainsAsTheLayersOfDl4jDo(boolean bias, double l2Bias) {
        ComputationGraph own = network(true, bias, l2Bias, 1);
        ComputationGraph dl4j = network(false, bias, l2Bias, 1);
        dl4j.setParams(own.params());
        for (int step = 0; step < 4; step++) {
            DataSet batch = batch(5 + step, step);
            own.fit(batch);
            dl4j.fit(batch);
            assertThat(own.score()).isCloseTo(dl4j.score(), offset(1e-5));
            assertThat(own.params().sub(dl4j.params()).amaxNumber().doubleValue()).isLessThan(1e-5);
        }
        DataSet batch = batch(3, 9);
        assertThat(own.outputSingle(batch.getFeatures()).sub(dl4j.outputSingle(batch.getFeatures())).amaxNumber()
                .doubleValue()).isLessThan(1e-5);
        assertThat(own.score(batch)).isCloseTo(dl4j.score(batch), offset(1e-5));
    }

    /** Which draws other inputs for each pass, as DL4J's layer does. */
    @Test
    void dropoutIsLeftToDl4j() {
        ComputationGraph network = network(true, true, 0, 0.5);
        DataSet batch = batch(6, 1);
        for (int step = 0; step < 60; step++) {
            network.fit(batch);
        }
        assertThat(network.score(batch)).isLessThan(2);
        assertThat(network.score(batch, true)).isNotEqualTo(network.score(batch, true));
    }

    /** A step keeps its outputs for its score, and for no other. */
    @Test
    void scoresAreThoseOfTheParametersAtHand() {
        ComputationGraph network = network(true, true, 0, 1);
        DataSet batch = batch(6, 1);
        network.setInputs(batch.getFeatures());
        network.setLabels(batch.getLabels());
        network.computeGradientAndScore();
        double before = network.score();
        network.getLayer("fc").getParam("b").putScalar(1, 5);
        network.computeGradientAndScore();
        assertThat(network.score()).isNotCloseTo(before, offset(0.1));
        assertThat(network.score()).isCloseTo(network.score(batch, true), offset(1e-5));
    }

    @Test
    void configurationsAreReadAgain() {
        ComputationGraphConfiguration configuration = network(true, true, 0, 1).getConfiguration();
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(configuration.toJson());
        assertThat(read).isEqualTo(configuration);
        ComputationGraph network = new ComputationGraph(read);
        network.init();
        assertThat(network.getLayer("fc")).isInstanceOf(ClassifierOutputLayer.class);
        assertThat(network.getLayer("pool")).isInstanceOf(GlobalAveragePoolingLayer.class);
    }
}
