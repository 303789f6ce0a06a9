package io.github.shufflenet4j.model.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2Extended;
import io.github.shufflenet4j.model.ShuffleNetV2Plus;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.Figure;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Published;
import io.github.shufflenet4j.model.cost.NetworkSummary;

/** What is published of the networks, against what they are. */
class NetworksTest {

    /** Multiply-adds that differ from the published figure: see the Javadoc of the families for why. */
    private static final Map<String, Long> OTHER_MULTIPLY_ADDS = Map.of(
            "shufflenet_v2_x0_5", 40_476_448L,
            "shufflenet_v2_se_x2_0", 593_826_832L,
            "shufflenet_v2_se_layers_164", 12_604_268_184L,
            "shufflenet_v1_g4_x1_0", 134_339_776L,
            "densenet_42m", 43_071_880L,
            "densenet_142m", 146_134_560L,
            "densenet_295m", 290_990_908L,
            "densenet_519m", 529_556_128L,
            "nasnet_a_4_1056", 558_051_936L);

    static List<Architecture> all() {
        return Networks.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void countsArePublishedOnes(Architecture network) {
        Published published = network.published();
        // The paper's multiply-adds are those of its authors' layout.
        ImageModel model = ZooNetwork.builder(network instanceof ShuffleNetV2Variant variant
                && variant.supports(BlockLayout.MEGVII) ? variant.in(BlockLayout.MEGVII) : network)
                .weightInit(WeightInit.ZERO).build();
        ComputationGraph graph = new ComputationGraph(model.graphBuilder().build());
        graph.init();
        NetworkSummary summary = NetworkSummary.of(graph, model.inputType());

        long parameters = network instanceof MobileNetV2 ? summary.parameters() - summary.runningStatistics()
                : summary.parameters();
        assertThat(published.parameters().filter(figure -> !figure.matches(parameters)))
                .as("%d parameters", parameters).isEmpty();
        Long other = OTHER_MULTIPLY_ADDS.get(network.networkName());
        if (other == null) {
            assertThat(published.multiplyAdds().filter(figure -> !figure.matches(summary.macs())))
                    .as("%d multiply-adds", summary.macs()).isEmpty();
        } else {
            assertThat(summary.macs()).isEqualTo(other).isNotEqualTo(published.multiplyAdds().map(Figure::value).get());
        }
        assertThat(graph.numParams()).isEqualTo(summary.parameters() + summary.runningStatistics());
    }

    @ParameterizedTest
    @CsvSource({
        // torchvision's num_params; the multiply-adds of the first two are widely reported, those of ResNet-50 are
        // reckoned by hand: torchvision's has its strides elsewhere.
        "mobilenet_v2_x1_0, 3504872, 300774272",
        "mobilenet_v1_x1_0, 4231976, 568740352",
        "resnet_50, 25557032, 3857973248",
        "densenet_121, 7978856, 2834161664",
        "densenet_169, 14149480, 3359843328",
        "densenet_201, 20013928, 4291365888",
    })
    void countsAreThoseOfOtherFrameworks(String name, long parameters, long macs) {
        ImageModel model = ZooNetwork.builder(Networks.of(name)).build();
        NetworkSummary summary = NetworkSummary.of(model.init(), model.inputType());
        assertThat(summary.parameters()).isEqualTo(parameters);
        assertThat(summary.macs()).isEqualTo(macs);
    }

    @Test
    void reconstructedDenseNetsAreNearTheFiguresAndSaySo() {
        for (DenseNet network : DenseNet.values()) {
            assertThat(network.published().source().contains("reconstruction")).isEqualTo(network.isReconstruction());
            if (network.isReconstruction()) {
                double printed = network.published().multiplyAdds().orElseThrow().value();
                assertThat((double) NetworkSummary.of(network).macs()).isCloseTo(printed, withinPercentage(3));
            }
        }
    }

    /** Thirteen operations to a normal cell, as the paper counts, where a separable convolution is one of two. */
    @Test
    void smallNasNetIsAsLargeAsShuffleNetV2AndFragmented() {
        NetworkSummary small = NetworkSummary.of(NasNetA.CELLS_4_480);
        assertThat((double) small.macs())
                .isCloseTo(NetworkSummary.of(ShuffleNetV2Variant.X1_0).macs(), withinPercentage(3));
        long poolings = small.rows().stream().filter(row -> row.name().matches("stage1\\.1\\..*average")
                || row.name().matches("stage1\\.1\\.block4\\.(left|right)")).count();
        long separable = small.rows().stream().filter(row -> row.name().matches("stage1\\.1\\..*\\.pointwise[12]"))
                .count();
        assertThat(poolings + separable).isEqualTo(13);
        assertThat(small.fragmentation()).isEqualTo(4 + 2 * 10 + 2);
    }

    @Test
    void splitsHaveTheMultiplyAddsOfTheSmallestPublishedNetwork() {
        NetworkSummary published = NetworkSummary.of(ShuffleNetV2Variant.X0_5);
        NetworkSummary half = NetworkSummary.of(ShuffleNetV2Split.HALF);
        assertThat(half.total()).isEqualTo(published.total());
        for (ShuffleNetV2Split split : ShuffleNetV2Split.values()) {
            assertThat((double) NetworkSummary.of(split).macs()).as(split.networkName())
                    .isCloseTo(published.macs(), withinPercentage(3));
        }
    }

    @Test
    void namesAreUniqueAndKnown() {
        List<String> names = all().stream().map(Architecture::networkName).toList();
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9_]+"));
        assertThat(Networks.of("shufflenet_v1_g3_x1_0")).isEqualTo(ShuffleNetV1.G3_X1_0);
        assertThatIllegalArgumentException().isThrownBy(() -> Networks.of("vgg16"))
                .withMessageContaining("vgg16").withMessageContaining("mobilenet_v2_x1_0");
    }

    @Test
    void traitsAreTheirSources() {
        assertThat(all().stream().filter(network -> !network.traits().classifierBias()).map(Object::getClass)
                .distinct())
                .containsExactly(ShuffleNetV2Extended.class, ShuffleNetV2Plus.class, ShuffleNetV1.class);
        assertThat(all().stream().filter(network -> network.traits().dropout() > 0).map(Object::getClass).distinct())
                .containsExactly(ShuffleNetV2Plus.class, MobileNetV2.class);
        assertThat(all().stream().filter(network -> network.imageSize() != 224).map(Architecture::networkName))
                .containsExactly("mobilenet_v2_x0_4", "mobilenet_v2_x0_75");
        NetworkTraits authors = ShuffleNetV2Variant.X2_0.in(BlockLayout.MEGVII).traits();
        assertThat(authors).isEqualTo(ShuffleNetV2Variant.X2_0.traits().withoutClassifierBias().withDropout(0.2));
        assertThat(authors.name()).isEqualTo("shufflenet_v2_x2_0");
    }

    @Test
    void traitsThatCannotBeAreRefused() {
        NetworkTraits traits = ResNet.RESNET_50.traits();
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkTraits.of("VGG-16", traits.published()))
                .withMessageContaining("VGG-16");
        assertThatIllegalArgumentException().isThrownBy(() -> traits.withImageSize(0)).withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> traits.withDropout(1)).withMessageContaining("1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> traits.withDropout(Double.NaN))
                .withMessageContaining("NaN");
    }

    @Test
    void figuresAreReadAndPrinted() {
        assertThat(Figure.of("2.3M")).isEqualTo(new Figure(2_300_000, 100_000)).hasToString("2.3M");
        assertThat(Figure.of("146M")).isEqualTo(new Figure(146_000_000, 1_000_000)).hasToString("146M");
        assertThat(Figure.of("12.7G")).isEqualTo(new Figure(12_700_000_000L, 100_000_000)).hasToString("12.7G");
        assertThat(Figure.of("0.7M")).hasToString("0.7M");
        assertThat(Figure.of("146M").matches(146_999_999)).isTrue();
        assertThat(Figure.of("146M").matches(147_000_000)).isFalse();
        assertThat(Figure.of("146M").matches(145_500_000)).isTrue();
        assertThat(Figure.of("146M").matches(145_499_999)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Figure.of("146")).withMessageContaining("146");
        assertThat(Published.of("-", "1.0G", "-", "here").parameters()).isEqualTo(Optional.empty());
    }
}
