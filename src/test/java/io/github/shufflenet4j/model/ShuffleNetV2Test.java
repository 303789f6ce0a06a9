package io.github.shufflenet4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.model.cost.NetworkSummary;

class ShuffleNetV2Test {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        // Trained parameters and multiply-adds at 224x224 of torchvision's and of the authors' networks; the two
        // narrowest have no published exact counts.
        "X0_25, TORCHVISION, 603688,  17575760",
        "X0_33, TORCHVISION, 647272,  22454592",
        "X0_5, TORCHVISION, 1366792,  40476448",
        "X1_0, TORCHVISION, 2278604, 144907992",
        "X1_5, TORCHVISION, 3503624, 295759392",
        "X2_0, TORCHVISION, 7393996, 583253464",
        "X0_5, MEGVII,      1365792,  40476448",
        "X1_0, MEGVII,      2278760, 145814296",
        "X1_5, MEGVII,      3506720, 298970656",
        "X2_0, MEGVII,      7402600, 590783000",
    })
    void countsArePublishedOnes(ShuffleNetV2Variant variant, BlockLayout layout, long parameters, long macs) {
        ComputationGraph network = ShuffleNetV2.builder().variant(variant).blockLayout(layout).build().init();
        NetworkSummary summary = NetworkSummary.of(network, InputType.convolutional(224, 224, 3));
        assertThat(summary.parameters()).isEqualTo(parameters);
        assertThat(summary.macs()).isEqualTo(macs);
        assertThat(network.numParams()).isEqualTo(parameters + summary.runningStatistics());
    }

    @ParameterizedTest
    @EnumSource(ShuffleNetV2Variant.class)
    void everyVariantRunsAtTheSmallestSize(ShuffleNetV2Variant variant) {
        ComputationGraph network =
                ShuffleNetV2.builder().variant(variant).numClasses(3).inputShape(3, 32, 32).build().init();
        INDArray output = network.outputSingle(Nd4j.rand(DataType.FLOAT, 2, 3, 32, 32));
        assertThat(output.shape()).containsExactly(2, 3);
        assertThat(output.sumNumber().doubleValue()).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-5));
    }

    @ParameterizedTest
    @EnumSource(BlockLayout.class)
    void channelsLastGivesTheSameResult(BlockLayout layout) {
        ShuffleNetV2.Builder builder = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).blockLayout(layout)
                .numClasses(5).inputShape(3, 40, 48);
        ComputationGraph first = builder.build().init();
        ComputationGraph last = builder.dataFormat(CNN2DFormat.NHWC).build().init();
        INDArray input = Nd4j.rand(DataType.FLOAT, 2, 3, 40, 48);
        assertThat(last.params()).isEqualTo(first.params());
        INDArray expected = first.outputSingle(input);
        INDArray actual = last.outputSingle(input.permute(0, 2, 3, 1).dup('c'));
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }

    @Test
    void anyNumberOfChannelsAndAnyShapeFromThirtyTwo() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(4)
                .inputShape(1, 33, 57).build().init();
        assertThat(network.outputSingle(Nd4j.rand(DataType.FLOAT, 1, 1, 33, 57)).shape()).containsExactly(1, 4);
    }

    @Test
    void dataTypeIsTheNetworks() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(4)
                .inputShape(3, 32, 32).dataType(DataType.DOUBLE).build().init();
        assertThat(network.params().dataType()).isEqualTo(DataType.DOUBLE);
        assertThat(network.outputSingle(Nd4j.rand(DataType.DOUBLE, 1, 3, 32, 32)).dataType())
                .isEqualTo(DataType.DOUBLE);
    }

    @Test
    void seedDecidesTheInitialWeights() {
        ShuffleNetV2.Builder builder =
                ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(4).inputShape(3, 32, 32);
        INDArray first = builder.seed(1).build().init().params();
        assertThat(builder.seed(1).build().init().params()).isEqualTo(first);
        assertThat(builder.seed(2).build().init().params()).isNotEqualTo(first);
    }

    @Test
    void stageNamesStandForTheirLastUnit() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).build().init();
        assertThat(Activations.vertexOf(network, "stage2")).isEqualTo("stage2.3");
        assertThat(Activations.vertexOf(network, "stage3")).isEqualTo("stage3.7");
        assertThat(Activations.vertexOf(network, "conv5")).isEqualTo("conv5");
        assertThatIllegalArgumentException().isThrownBy(() -> Activations.vertexOf(network, "stage7"))
                .withMessageContaining("stage7");
    }

    @Test
    void stageShapesAreThoseOfTheTable() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X1_0).build().init();
        var types = network.getConfiguration().getLayerActivationTypes(InputType.convolutional(224, 224, 3));
        assertThat(types.get("maxpool")).isEqualTo(InputType.convolutional(56, 56, 24));
        assertThat(types.get("stage2.3")).isEqualTo(InputType.convolutional(28, 28, 116));
        assertThat(types.get("stage3.7")).isEqualTo(InputType.convolutional(14, 14, 232));
        assertThat(types.get("stage4.3")).isEqualTo(InputType.convolutional(7, 7, 464));
        assertThat(types.get("conv5")).isEqualTo(InputType.convolutional(7, 7, 1024));
    }

    @Test
    void builderRejectsBadValuesByName() {
        ShuffleNetV2.Builder builder = ShuffleNetV2.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.numClasses(1))
                .withMessageContaining("numClasses").withMessageContaining("1");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.inputShape(3, 31, 32))
                .withMessageContaining("inputShape").withMessageContaining("31");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.dataType(DataType.INT))
                .withMessageContaining("INT");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.l2(-1)).withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> ShuffleNetV2Variant.of("x3"))
                .withMessageContaining("x3").withMessageContaining("x1_0");
        assertThatIllegalArgumentException().isThrownBy(() -> ShuffleNetV2.builder()
                        .variant(ShuffleNetV2Variant.X0_25).blockLayout(BlockLayout.MEGVII).build())
                .withMessageContaining("x0_25");
    }
}
