package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.weights.WeightFileException;

class NetworkConfigurationTest {

    private static final Path FILE = Path.of("some.zip");

    static List<Architecture> zoo() {
        return Networks.all();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void readsAllNetworksOfTheZoo(Architecture network) throws WeightFileException {
        ComputationGraphConfiguration configuration = ZooNetwork.builder(network).build().graphBuilder().build();
        assertThat(configuration.toJson()).hasSizeLessThan(NetworkConfiguration.MAX_BYTES / 4);
        assertSameAfterReading(configuration);
    }

    @Test
    void readsLayersAndSettingsOfDl4j() throws WeightFileException {
        ComputationGraph network = new ComputationGraph(stock());
        network.init();
        assertSameAfterReading(network.getConfiguration());

        // Whether batch norm keeps variances or their logarithms is told by names alone.
        ComputationGraph restored =
                new ComputationGraph(NetworkConfiguration.read(FILE, network.getConfiguration().toJson()));
        restored.init(network.params(), false);
        assertThat(restored.paramTable().keySet()).isEqualTo(network.paramTable().keySet()).contains("norm_var");
    }

    private static ComputationGraphConfiguration stock() {
        return new NeuralNetConfiguration.Builder()
                .updater(new Adam(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 10)))
                .weightInit(new WeightInitDistribution(new NormalDistribution(0, 0.1)))
                .l2(1e-4).graphBuilder().addInputs("input").setInputTypes(InputType.convolutional(8, 8, 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).activation(new ActivationLReLU(0.2))
                        .dropOut(new Dropout(0.9)).build(), "input")
                .addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
                .addLayer("dense", new FrozenLayer(new DenseLayer.Builder().nOut(5).build()), "norm")
                .addLayer("output", new OutputLayer.Builder().nOut(2).build(), "dense")
                .setOutputs("output").build();
    }

    private static void assertSameAfterReading(ComputationGraphConfiguration configuration)
            throws WeightFileException {
        ComputationGraphConfiguration read = NetworkConfiguration.read(FILE, configuration.toJson());
        assertThat(read.toJson()).isEqualTo(configuration.toJson());
        assertThat(NetworkConfiguration.parameters(read)).isEqualTo(NetworkConfiguration.parameters(configuration));
    }

    private static volatile boolean strangerIsLoaded;

    /** A class that tells when it is loaded. */
    @SuppressWarnings("serial")
    public static final class Stranger extends BaseActivationFunction {

        static {
            strangerIsLoaded = true;
        }

        @Override
        public INDArray getActivation(INDArray in, boolean training) {
            return in;
        }

        @Override
        public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            return Pair.of(epsilon, null);
        }
    }

    /** Forms in which Jackson and DL4J take the name of a class. */
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"@class\":\"%s\"}", "[\"%s\",{}]", "{\"alpha\":1,\"@class\":\"%s\"}", "{\"\\u0040class\":\"%s\"}",
        "{\"@class\":\"%s<java.lang.String>\"}", "{\"@class\":[\"%s\"]}"
    })
    void otherClassesAreNotEvenLoaded(String form) {
        for (String stranger : List.of(Stranger.class.getName(), "java.util.HashMap",
                "org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer")) {
            String json = stock().toJson().replaceFirst(
                    "\\{\\s*\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationLReLU\",[^}]*}",
                    Matcher.quoteReplacement(form.formatted(stranger)));
            assertThat(json).contains(stranger);
            assertRefused(json, "configuration");
        }
        assertThat(strangerIsLoaded).isFalse();
    }

    /** Whatever comes of it: the first of two names counts, and old formats have no readers here. */
    @Test
    void classesInUnusualPlacesAreNotLoadedEither() {
        String name = Stranger.class.getName();
        String activation = "\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationLReLU\",";
        assertNotLoaded(stock().toJson().replace(activation, activation + "\"@class\":\"" + name + "\","));
        assertNotLoaded(stock().toJson().replaceFirst("\"weightInitFn\" : \\{[^}]*}[^}]*}",
                Matcher.quoteReplacement("\"weightInit\":\"DISTRIBUTION\",\"dist\":{\"type\":\"" + name + "\"}")));
        assertNotLoaded(stock().toJson().replaceFirst("\"lossFn\" : \\{",
                Matcher.quoteReplacement("\"lossFn\" : {\"MCXENT\":{\"@class\":\"" + name + "\"},")));
    }

    private static void assertNotLoaded(String json) {
        assertThat(json).contains(Stranger.class.getName());
        try {
            NetworkConfiguration.read(FILE, json);
        } catch (WeightFileException e) {
            assertThat(e).hasMessageStartingWith("some.zip: ");
        }
        assertThat(strangerIsLoaded).isFalse();
    }

    @Test
    void sizesBeyondReasonAreRefused() {
        String json = stock().toJson();
        assertRefused(json.replaceFirst("\"nout\" : 5", "\"nout\" : 2000000000000"), "nOut 2000000000000");
        assertRefused(json.replaceFirst("\"nout\" : 5", "\"nout\" : -1"), "nOut -1");
        assertRefused(json.replaceFirst("\"kernelSize\" : \\[ 3, 3 ]", "\"kernelSize\" : [ 3, 100000 ]"),
                "kernelSize 100000");
        assertRefused(json.replaceFirst("\"stride\" : \\[ 1, 1 ]", "\"stride\" : [ 0, 1 ]"), "stride 0");
        assertRefused(json.replaceFirst("\"dataType\" : \"FLOAT\"", "\"dataType\" : \"UTF8\""), "UTF8");
        assertRefused("[".repeat(100_000), "nesting depth");
        assertRefused("{\"vertices\":" + "{\"a\":".repeat(100_000), "nesting depth");
        assertRefused("", "No content");
        assertRefused("null", "graph");
        assertRefused("{}", "graph");
        assertRefused("[1]", "configuration");
    }

    @Test
    void tooManyVerticesAreRefused() {
        String vertex = "{\"@class\":\"org.deeplearning4j.nn.conf.graph.MergeVertex\"}";
        StringBuilder vertices = new StringBuilder("\"first\":" + vertex);
        for (int i = 0; i < 5000; i++) {
            vertices.append(",\"v").append(i).append("\":").append(vertex);
        }
        assertRefused("{\"vertices\":{" + vertices
                + "},\"networkInputs\":[],\"networkOutputs\":[],\"vertexInputs\":{}}", "5001");
    }

    private static void assertRefused(String json, String reason) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> NetworkConfiguration.read(FILE, json))
                .withMessageStartingWith("some.zip: ").withMessageContaining(reason).withMessageNotContaining("\n");
    }
}
