package io.github.shufflenet4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.NoOp;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Extended;
import io.github.shufflenet4j.model.ShuffleNetV2Plus;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.MobileNetV2;
import io.github.shufflenet4j.model.comparison.ShuffleNetV1;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;

class ExplanationTest {

    private static final int CLASSES = 7;

    @TempDir
    static Path folder;

    private static RgbImage photo(int width, int height) {
        return TestImages.pattern(width, height);
    }

    private static TrainedModel model(ShuffleNetV2Variant variant, BlockLayout layout, int side) {
        TrainedModel model = RandomModels.of(variant, layout, CLASSES);
        ModelMetadata metadata = model.metadata();
        return new TrainedModel(model.network(), metadata.withPreprocessing(
                metadata.preprocessing().withSize(side + 8, side)));
    }

    /** Sums of up to 2048 terms of both signs, in single precision and another order. */
    private static void assertClose(double actual, double expected, double magnitude, String what) {
        assertThat(actual).as(what).isCloseTo(expected, within(1e-5 * Math.max(1, magnitude)));
    }

    @ParameterizedTest(name = "{0} {1}, {2} pixels")
    @CsvSource({"X0_25, TORCHVISION, 64", "X0_33, TORCHVISION, 97", "X0_5, MEGVII, 160", "X1_0, TORCHVISION, 224",
        "X1_0, MEGVII, 96", "X1_5, TORCHVISION, 33", "X2_0, TORCHVISION, 64"})
    void theMeanOfAMapAndTheBiasAreTheLogit(ShuffleNetV2Variant variant, BlockLayout layout, int side)
            throws IOException {
        TrainedModel model = model(variant, layout, side);
        Path file = folder.resolve(variant + "-" + layout + ".zip");
        ModelFile.write(file, model, false);
        float[] bias = ModelWeights.of(model).classifierBias().map(Tensor::data).orElse(new float[CLASSES]);
        RgbImage photo = photo(150, 110);
        for (ImageClassifier classifier : List.of(ImageClassifier.of(model), ImageClassifier.loadForFewImages(file))) {
            float[] logits = new float[CLASSES];
            classifier.logits(model.metadata().preprocessing().apply(photo), 1, logits);
            Explanation explanation = classifier.explain(photo, IntStream.range(0, CLASSES).toArray());
            assertThat(explanation.predictions()).isEqualTo(classifier.classify(photo));
            assertThat(explanation.maps()).hasSize(CLASSES);
            for (int label = 0; label < CLASSES; label++) {
                ClassActivationMap map = explanation.maps().get(label);
                assertThat(map.method()).isEqualTo(Method.CAM);
                assertThat(map.height()).isEqualTo((side + 31) / 32).isEqualTo(map.width());
                assertThat(map.logit()).isEqualTo(logits[label]);
                assertClose(map.mean() + bias[label], logits[label], map.magnitude(), "class " + label);
                assertClose(map.bias(), bias[label], map.magnitude(), "bias of " + label);
            }
        }
    }

    /** The network as a graph, with this layer between the means and the classifier. */
    private static TrainedModel withHead(TrainedModel model, Layer head) {
        int features = model.metadata().variant().conv5Channels();
        int inputs = head instanceof FeedForwardLayer dense && dense.getNOut() > 0 ? (int) dense.getNOut() : features;
        ComputationGraph changed = new TransferLearning.GraphBuilder(model.network())
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new NoOp()).build())
                .removeVertexAndConnections(ShuffleNetV2.FC)
                .addLayer("head", head, ShuffleNetV2.POOL)
                .addLayer(ShuffleNetV2.FC, new OutputLayer.Builder().nIn(inputs).nOut(CLASSES).dropOut(0.8)
                        .activation(Activation.SOFTMAX).build(), "head")
                .setOutputs(ShuffleNetV2.FC)
                .build();
        if (inputs == features) {
            changed.getLayer(ShuffleNetV2.FC).setParams(model.network().getLayer(ShuffleNetV2.FC).params());
        }
        return new TrainedModel(changed, model.metadata());
    }

    /** Two ways to the same map where both apply, dropout included: by the classifier's weights, and by gradients. */
    @Test
    void gradCamIsCamWhereBothApply() {
        TrainedModel model = model(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 128);
        RgbImage photo = photo(150, 180);
        ImageClassifier graph = ImageClassifier.of(withHead(model, new DropoutLayer.Builder(0.5).build()));
        assertThat(graph.toString()).contains("graph");
        List<Prediction> predictions = graph.classify(photo);
        Explanation byGradients = graph.explain(photo, 0, 6, 3);
        Explanation byWeights = ImageClassifier.of(model).explain(photo, 0, 6, 3);
        assertThat(byGradients.predictions()).isEqualTo(predictions);
        for (int i = 0; i < 3; i++) {
            ClassActivationMap expected = byWeights.maps().get(i);
            ClassActivationMap actual = byGradients.maps().get(i);
            assertThat(actual.method()).isEqualTo(Method.GRAD_CAM);
            assertThat(actual.prediction().index()).isEqualTo(expected.prediction().index());
            assertThat(actual.values()).hasSize(16).hasSameSizeAs(expected.values());
            assertClose(actual.logit(), expected.logit(), 10, "logit");
            for (int cell = 0; cell < 16; cell++) {
                // The graph's convolutions round differently, through 56 layers.
                assertThat(actual.values()[cell]).as("map %d, cell %d", i, cell)
                        .isCloseTo(expected.values()[cell], within((float) (1e-4 * expected.magnitude())));
            }
        }
        assertThat(graph.classify(photo)).isEqualTo(predictions);
    }

    /** Behind a hidden layer, logit = W2 tanh(W1 p + b1) + b2 of the means p: its gradient by the chain rule. */
    @Test
    void gradCamOfAHiddenLayerIsTheChainRules() {
        TrainedModel model = model(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 64);
        int hidden = 5;
        TrainedModel deeper = withHead(model, new DenseLayer.Builder().nIn(1024).nOut(hidden)
                .activation(Activation.TANH).dropOut(0.5).build());
        RgbImage photo = photo(90, 80);
        FeatureMap conv5 = FeatureExtractor.of(ModelWeights.of(model))
                .maps(photo, NetworkPart.CONV5).get(0);
        var first = deeper.network().getLayer("head").paramTable();
        var second = deeper.network().getLayer(ShuffleNetV2.FC).paramTable();
        int cells = conv5.height() * conv5.width();
        double[] slopes = new double[hidden];
        double logit = second.get("b").getDouble(2);
        for (int unit = 0; unit < hidden; unit++) {
            double sum = first.get("b").getDouble(unit);
            for (int i = 0; i < conv5.values().length; i++) {
                sum += first.get("W").getDouble(i / cells, unit) * conv5.values()[i] / cells;
            }
            double weight = second.get("W").getDouble(unit, 2);
            logit += weight * Math.tanh(sum);
            slopes[unit] = weight * (1 - Math.tanh(sum) * Math.tanh(sum));
        }
        double[] expected = new double[cells];
        for (int i = 0; i < conv5.values().length; i++) {
            for (int unit = 0; unit < hidden; unit++) {
                expected[i % cells] += slopes[unit] * first.get("W").getDouble(i / cells, unit) * conv5.values()[i];
            }
        }
        ClassActivationMap map = ImageClassifier.of(deeper).explain(photo, 2).maps().get(0);
        assertThat(map.logit()).isCloseTo(logit, within(1e-4));
        assertThat(map.magnitude()).isGreaterThan(0.01);
        for (int cell = 0; cell < cells; cell++) {
            assertThat(map.values()[cell]).isCloseTo((float) expected[cell], within((float) (1e-4 * map.magnitude())));
        }
    }

    /** Batch norm behind the means is affine: its slopes become part of the classifier's weights. */
    @Test
    void batchNormBehindTheMeansIsThatOfTesting() {
        TrainedModel model = model(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 64);
        TrainedModel normalised = withHead(model, new BatchNormalization.Builder().nIn(1024).nOut(1024)
                .useLogStd(false).build());
        var norm = normalised.network().getLayer("head").paramTable();
        var weights = normalised.network().getLayer(ShuffleNetV2.FC).paramTable().get("W");
        for (int channel = 0; channel < 1024; channel++) {
            norm.get("gamma").putScalar(channel, 0.5 + channel % 3);
            norm.get("mean").putScalar(channel, channel % 5 - 2);
            norm.get("var").putScalar(channel, 0.25 + channel % 7);
        }
        RgbImage photo = photo(90, 80);
        FeatureMap conv5 = FeatureExtractor.of(ModelWeights.of(model)).maps(photo, NetworkPart.CONV5).get(0);
        double[] expected = new double[4];
        for (int i = 0; i < conv5.values().length; i++) {
            int channel = i / 4;
            expected[i % 4] += weights.getDouble(channel, 4) * (0.5 + channel % 3)
                    / Math.sqrt(0.25 + channel % 7 + 1e-5) * conv5.values()[i];
        }
        ClassActivationMap map = ImageClassifier.of(normalised).explain(photo, 1, 4).maps().get(1);
        for (int cell = 0; cell < 4; cell++) {
            assertThat(map.values()[cell]).isCloseTo((float) expected[cell], within((float) (1e-4 * map.magnitude())));
        }
    }

    /** Squeeze and excitation, dropout and a hidden layer; bottlenecks; group convolutions. */
    @Test
    void otherNetworksHaveMapsAsWell() {
        for (Architecture network : List.of(ShuffleNetV2Plus.SMALL, ShuffleNetV2Extended.STAR_X0_5, MobileNetV2.X0_4,
                ShuffleNetV1.G3_X0_5)) {
            TrainedModel model = new TrainedModel(ZooNetwork.builder(network).numClasses(CLASSES)
                    .inputShape(3, 64, 64).build().init(), model(ShuffleNetV2Variant.X0_5, BlockLayout.TORCHVISION, 64)
                            .metadata());
            Explanation explanation = ImageClassifier.of(model).explain(photo(90, 80));
            assertThat(explanation.maps()).as(network.toString()).hasSize(3).allSatisfy(map -> {
                assertThat(map.height() * map.width()).isEqualTo(4);
                assertThat(map.magnitude()).isPositive().isFinite();
            });
            assertThat(explanation.maps()).extracting(ClassActivationMap::prediction)
                    .isEqualTo(explanation.predictions().subList(0, 3));
        }
    }

    @Test
    void pointsOfThePhotoAreFoundThroughResizingAndCropping() {
        TrainedModel model = model(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 96);
        ImageClassifier classifier = ImageClassifier.of(model);
        int[][] sides = {{400, 250}, {250, 400}, {96, 104}, {50, 60}};
        for (int[] size : sides) {
            byte[] pixels = new byte[3 * size[0] * size[1]];
            int x = size[0] / 2 + 9;
            int y = size[1] / 2 - 12;
            for (int i = 0; i < 36; i++) {
                int at = 3 * ((y + i / 6) * size[0] + x + i % 6);
                pixels[at] = pixels[at + 1] = pixels[at + 2] = -1;
            }
            RgbImage photo = new RgbImage(size[0], size[1], pixels);
            RgbImage input = model.metadata().preprocessing().resizeAndCrop(photo);
            double[] moments = new double[3];
            for (int i = 0; i < input.width() * input.height(); i++) {
                int light = input.pixels()[3 * i] & 0xFF;
                moments[0] += light;
                moments[1] += light * (i % input.width() + 0.5) / input.width();
                moments[2] += light * (i / input.width() + 0.5) / input.height();
            }
            var crop = classifier.explain(photo).crop();
            // Within a fifth of a pixel of the photo: the square's centre, by its centre of gravity in the input.
            assertThat(crop.x() + moments[1] / moments[0] * crop.width()).isCloseTo(x + 3, within(0.2));
            assertThat(crop.y() + moments[2] / moments[0] * crop.height()).isCloseTo(y + 3, within(0.2));
        }
    }

    @Test
    void inputsLargerThanTheResizedPhotoReachOutOfIt() {
        TrainedModel model = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, CLASSES);
        ModelMetadata padded = model.metadata().withPreprocessing(model.metadata().preprocessing().withSize(50, 64));
        var crop = ImageClassifier.of(new TrainedModel(model.network(), padded)).explain(photo(100, 100)).crop();
        assertThat(crop.x()).isEqualTo(-14);
        assertThat(crop.width()).isEqualTo(128);
    }

    @Test
    void photosAreExplainedUprightUnlessTheirOrientationIsIgnored() throws IOException {
        byte[] jpeg = TestImages.encode(TestImages.pattern(90, 70), "jpg");
        Path turned = Files.write(folder.resolve("turned.jpg"), TestImages.tagged(jpeg, 6, ByteOrder.BIG_ENDIAN));
        ImageClassifier classifier = ImageClassifier.of(model(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64));
        Explanation upright = classifier.explain(turned);
        assertThat(upright.image().width()).isEqualTo(70);
        assertThat(upright.predictions()).isEqualTo(classifier.classify(turned));
        Explanation stored = classifier.ignoringExif().explain(turned);
        assertThat(stored.image().width()).isEqualTo(90);
        assertThat(stored.maps().get(0).values()).isNotEqualTo(upright.maps().get(0).values());
    }

    @Test
    void valuesBetweenTheCellsAreInterpolated() {
        ClassActivationMap map = new ClassActivationMap(new Prediction(0, "a", 1), Method.CAM, 3, 2, 2,
                new float[] {1, 3, -5, 9});
        assertThat(map.at(0.25, 0.25)).isEqualTo(1);
        assertThat(map.at(0.75, 0.75)).isEqualTo(9);
        assertThat(map.at(0.5, 0.25)).isEqualTo(2);
        assertThat(map.at(0.5, 0.5)).isEqualTo(2);
        assertThat(map.at(0, 1)).isEqualTo(-5);
        assertThat(map.mean()).isEqualTo(2);
        assertThat(map.bias()).isEqualTo(1);
        assertThat(map.peak()).isEqualTo(3);
        assertThat(map.magnitude()).isEqualTo(9);
    }

    @Test
    void faultsAreNamed() {
        TrainedModel model = model(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 64);
        ImageClassifier classifier = ImageClassifier.of(model);
        assertThatThrownBy(() -> classifier.explain(folder.resolve("missing.jpg"))).isInstanceOf(IOException.class)
                .hasMessageContaining("missing.jpg");
        assertThatThrownBy(() -> classifier.explain(photo(70, 70), 7)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("7");
        assertThatThrownBy(() -> classifier.explainBest(photo(70, 70), -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("count");
        classifier.close();
        assertThatThrownBy(() -> classifier.explain(photo(70, 70))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void classesAreFoundByNameOrIndex() {
        ModelMetadata metadata = RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 4).metadata()
                .withClassNames(List.of("daisy", "tulip", "crane", "crane"));
        assertThat(metadata.classIndex("tulip")).isEqualTo(1);
        assertThat(metadata.classIndex("3")).isEqualTo(3);
        assertThat(metadata.withClassNames(List.of("3", "2", "1", "0")).classIndex("3")).isZero();
        assertThatThrownBy(() -> metadata.classIndex("Tulp"))
                .hasMessage("there is no class 'Tulp'; did you mean 'tulip'?");
        assertThatThrownBy(() -> metadata.classIndex("4"))
                .hasMessage("there is no class 4: the 4 classes are counted from 0");
        assertThatThrownBy(() -> metadata.classIndex("crane"))
                .hasMessage("several classes are called 'crane': choose one by its index, 2 or 3");
    }

    /** Published weights on a real photo: an espresso is seen in the cup, in the middle of the crop. */
    @Test
    void anEspressoIsWhereItIs() throws IOException {
        ImageClassifier classifier = ImageClassifier.load(
                Shared.path("weights/shufflenetv2_x0_5-imagenet-fp32-legacy.pth"));
        ClassActivationMap map = classifier.explain(Shared.path("fixtures/preprocess/coffee.png")).maps().get(0);
        assertThat(map.prediction().label()).isEqualTo("espresso");
        assertThat(map.peak() / 7).isBetween(2, 3);
        assertThat(map.peak() % 7).isBetween(2, 4);
    }
}
