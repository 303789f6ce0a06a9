package io.github.shufflenet4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.RoundTrips;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.SqueezeExcitation;
import io.github.shufflenet4j.model.comparison.DenseNet;
import io.github.shufflenet4j.model.comparison.MobileNetV1;
import io.github.shufflenet4j.model.comparison.MobileNetV2;
import io.github.shufflenet4j.model.comparison.NasNetA;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.model.comparison.ShuffleNetV1;

/** What every network of the zoo must be able to do. */
class ZooNetworkTest {

    private static final int CLASSES = 3;
    private static final int BATCH = 4;
    private static final int SIZE = 32;
    /** Keys of running statistics, in this library's layer and in DL4J's. */
    private static final Set<String> STATISTICS = Set.of("mean", "var", "log10stdev");

    static List<Architecture> all() {
        return Networks.all();
    }

    /** The narrowest of every form. */
    static Stream<Architecture> representatives() {
        return Stream.of(ShuffleNetV2Variant.X0_25, ShuffleNetV2Extended.SE_X0_5, ShuffleNetV2Extended.RESIDUAL_X0_5,
                ShuffleNetV2Extended.STAR_X0_5, ShuffleNetV2Plus.SMALL, ShuffleNetV1.G3_X0_5, ShuffleNetV1.G8_X0_5,
                MobileNetV1.X0_25, MobileNetV2.X0_4, DenseNet.SMALL_42M);
    }

    /** Those that have all kinds of vertices between them. */
    static Stream<Architecture> everyVertex() {
        return Stream.of(ShuffleNetV2Plus.SMALL, ShuffleNetV1.G3_X0_5, MobileNetV2.X0_4, DenseNet.SMALL_42M,
                NasNetA.CELLS_4_480);
    }

    private record WithoutDropout(Architecture architecture) implements Architecture {

        @Override
        public NetworkTraits traits() {
            return architecture.traits().withDropout(0);
        }

        @Override
        public Node features(Node image) {
            return architecture.features(image);
        }
    }

    private static ZooNetwork.Builder small(Architecture network) {
        return ZooNetwork.builder(network).numClasses(CLASSES).inputShape(3, SIZE, SIZE);
    }

    private static INDArray images(DataType type) {
        return randoms(7, BATCH * 3 * SIZE * SIZE).reshape('c', BATCH, 3, SIZE, SIZE).castTo(type);
    }

    private static INDArray randoms(long seed, long length) {
        return Nd4j.createFromArray(new Random(seed).doubles(length, -1, 1).toArray());
    }

    private static INDArray labels(DataType type) {
        INDArray labels = Nd4j.zeros(type, BATCH, CLASSES);
        for (int i = 0; i < BATCH; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return labels;
    }

    @ParameterizedTest
    @MethodSource("all")
    void configurationSurvivesJsonAndEndsInTheClassifier(Architecture network) {
        ComputationGraphConfiguration configuration = small(network).build().graphBuilder().build();
        ComputationGraphConfiguration copy = ComputationGraphConfiguration.fromJson(configuration.toJson());
        assertThat(copy).isEqualTo(configuration);
        assertThat(copy.toJson()).isEqualTo(configuration.toJson());
        assertThat(configuration.getLayerActivationTypes(InputType.convolutional(SIZE, SIZE, 3)).get(ImageModel.FC))
                .isEqualTo(InputType.feedForward(CLASSES));
    }

    @ParameterizedTest
    @MethodSource("representatives")
    void seedDecidesTheWeightsAndTrainingSurvivesEveryRoundTrip(Architecture network) throws Exception {
        ComputationGraph graph = small(network).seed(1).build().init();
        assertThat(small(network).seed(1).build().init().params()).isEqualTo(graph.params());
        assertThat(small(network).seed(2).build().init().params()).isNotEqualTo(graph.params());

        INDArray before = graph.params().dup();
        graph.fit(new DataSet(images(DataType.FLOAT), labels(DataType.FLOAT)));
        assertThat(graph.score()).isPositive().isLessThan(10);
        assertThat(graph.params()).isNotEqualTo(before);
        INDArray output = graph.outputSingle(images(DataType.FLOAT));
        assertThat(output.shape()).containsExactly(BATCH, CLASSES);
        assertThat(output.sum(1).sub(1).amaxNumber().doubleValue()).isLessThan(1e-5);
        RoundTrips.assertSurvivesAll(graph, images(DataType.FLOAT));
    }

    /**
     * The loss's slope in a random direction of all trained parameters, by finite differences and by the gradient; and
     * the gradient in single precision, by the kernels, against that in double precision, by ND4J's operations.
     */
    @ParameterizedTest
    @MethodSource("representatives")
    void gradientIsTheSlopeOfTheLoss(Architecture network) {
        ZooNetwork.Builder builder = small(new WithoutDropout(network)).l2(0);
        ComputationGraph graph = builder.dataType(DataType.DOUBLE).build().init();
        INDArray parameters = graph.params().dup();
        INDArray trained = trained(graph);
        INDArray gradient = gradient(graph, DataType.DOUBLE).mul(trained);
        for (int seed = 0; seed < 2; seed++) {
            INDArray direction = randoms(seed, parameters.length()).reshape(parameters.shape()).muli(trained);
            // The loss is sharply curved, and has a kink where an activation has: at 1e-7 its slope is a percent off.
            double step = 1e-9;
            double slope = (loss(graph, parameters.add(direction.mul(step)))
                    - loss(graph, parameters.sub(direction.mul(step)))) / (2 * step);
            double expected = gradient.mul(direction).sumNumber().doubleValue() / BATCH;
            double scale = gradient.norm2Number().doubleValue() / BATCH;
            assertThat(slope).as("slope, of gradients of norm %s", scale)
                    .isCloseTo(expected, within(1e-5 * Math.max(scale, Math.abs(expected))));
        }

        ComputationGraph single = builder.dataType(DataType.FLOAT).build().init();
        single.setParams(parameters.castTo(DataType.FLOAT));
        INDArray byKernels = gradient(single, DataType.FLOAT).castTo(DataType.DOUBLE).mul(trained);
        // Rounding the parameters to single precision is a step of such a size, too.
        assertThat(byKernels.sub(gradient).norm2Number().doubleValue())
                .isLessThan(5e-2 * gradient.norm2Number().doubleValue());
    }

    /** 1 for each trained parameter, 0 for running statistics, whose updates are no gradients. */
    private static INDArray trained(ComputationGraph graph) {
        INDArray flat = graph.params().dup();
        ComputationGraph marks = graph.clone();
        for (Layer layer : marks.getLayers()) {
            layer.paramTable().forEach((key, value) -> value.assign(STATISTICS.contains(key) ? 0 : 1));
        }
        return flat.assign(marks.params());
    }

    private static double loss(ComputationGraph graph, INDArray parameters) {
        graph.setParams(parameters);
        gradient(graph, DataType.DOUBLE);
        return graph.score();
    }

    private static INDArray gradient(ComputationGraph graph, DataType type) {
        graph.setInputs(images(type));
        graph.setLabels(labels(type));
        graph.computeGradientAndScore();
        return graph.getFlattenedGradients().dup();
    }

    @ParameterizedTest
    @MethodSource("everyVertex")
    void channelsLastGivesTheSameResult(Architecture network) {
        ComputationGraph first = small(network).build().init();
        ComputationGraph last = small(network).dataFormat(CNN2DFormat.NHWC).build().init();
        INDArray input = images(DataType.FLOAT);
        INDArray actual = last.outputSingle(input.permute(0, 2, 3, 1).dup('c'));
        assertThat(actual.sub(first.outputSingle(input)).amaxNumber().doubleValue()).isLessThan(1e-4);
    }

    @Test
    void saysWhatItIs() {
        ZooNetwork model = ZooNetwork.builder(MobileNetV2.X0_75).build();
        assertThat(model.architecture()).isEqualTo(MobileNetV2.X0_75);
        assertThat(model.modelName()).isEqualTo("mobilenet_v2_x0_75");
        assertThat(model.inputType()).isEqualTo(InputType.convolutional(192, 192, 3));
        assertThat(model.pretrainedUrl(PretrainedType.IMAGENET)).isNull();
        assertThat(model.pretrainedAvailable(PretrainedType.IMAGENET)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> SqueezeExcitation.plain(0)).withMessageContaining("0");
    }
}
