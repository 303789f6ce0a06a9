package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.PublishedWeights;
import io.github.shufflenet4j.weights.ModelMetadata;

class ModelCardTest {

    @Test
    void publishedWeights() {
        ModelMetadata metadata = PublishedWeights.imagenet(ShuffleNetV2Variant.X1_5).metadata();
        assertThat(new ModelCard(metadata, 3_503_624, 295_759_392).markdown())
                .startsWith("# ShuffleNetV2 x1.5\n")
                .contains("| Parameters | 3,503,624 |", "| Multiply-adds at 224x224 | 295,759,392 |",
                        "| Recipe | <https://github.com/pytorch/vision/pull/5906> |",
                        "| Trained on | ImageNet-1K (ILSVRC 2012) |",
                        "Top-1 72.996 %, top-5 91.086 %, as published.", "shorter side to 232 pixels",
                        "multiply by 1/255, subtract (0.485, 0.456, 0.406)", "<summary>1000 names</summary>",
                        "## Licence\n\nBSD-3-Clause\n");
    }

    @Test
    void whatIsNotKnownIsNotGuessed() {
        ModelMetadata metadata = new ModelMetadata(ShuffleNetV2Variant.X0_25, BlockLayout.MEGVII, 3, List.of("a", "b"),
                Preprocessing.megvii(), Map.of());
        String card = new ModelCard(metadata, 1, 2).markdown();
        for (String section : new String[] {"Data and training", "Accuracy", "Licence"}) {
            assertThat(card).contains("## " + section + "\n\nNot recorded with the model.\n");
        }
        assertThat(card).contains("## Classes\n\na, b\n", "BGR, multiply by 1, subtract (0, 0, 0)");
    }

    @Test
    void namesAndValuesMeanNothingButThemselves() {
        ModelMetadata metadata = new ModelMetadata(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 3,
                List.of("<script>", "a|b", "*x*"), Preprocessing.torchvision(256, 224),
                Map.of("data", "one\n# two | three", "validationTop1", "81.250", "note", "[x](javascript:y)"));
        assertThat(new ModelCard(metadata, 1, 2).markdown())
                .contains("&lt;script>, a\\|b, \\*x\\*", "| Trained on | one \\# two \\| three |",
                        "Top-1 81.250 % on the validation images", "| note | \\[x\\](javascript:y) |");
    }
}
