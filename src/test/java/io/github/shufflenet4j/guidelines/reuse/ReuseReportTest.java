package io.github.shufflenet4j.guidelines.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.comparison.DenseNet;
import io.github.shufflenet4j.model.comparison.ResNet;
import io.github.shufflenet4j.model.reuse.FeatureReuse;

class ReuseReportTest {

    @TempDir
    private Path folder;

    @Test
    void bothLayoutsAreOnThePage() throws Exception {
        List<Path> files = new ReuseReport(ReuseReport.of(ShuffleNetV2Variant.X0_5)).write(folder.resolve("new"));
        assertThat(files).extracting(file -> file.getFileName().toString())
                .containsExactly("reuse.html", "reuse.md", "reuse.csv");
        String markdown = Files.readString(files.get(1));
        assertThat(markdown).contains("shufflenet_v2_x0_5, torchvision layout", "shufflenet_v2_x0_5, megvii layout",
                "13 of 19 blocks pass on 50 % of their channels", "in theory it is 0.500",
                "| 2 | 10 | 25.00 | 25.00 |");
        assertThat(Files.readString(files.get(0))).contains("heatmap", "stage4.3");
        List<String> csv = Files.readAllLines(files.get(2));
        assertThat(csv.get(0)).isEqualTo("network,block,from,distance,input_channels,direct_channels,direct_share,"
                + "common_share,common_share_in_theory,mean_absolute_weight");
        assertThat(csv).contains("\"shufflenet_v2_x0_5, megvii layout\",stage3.3,stage3.1,2,96,24,0.250000,0.250000,"
                + "0.250000,").hasSize(1 + 2 * 19 * 18 / 2);
    }

    @Test
    void layoutsThatAWidthLacksAreLeftOut() {
        assertThat(ReuseReport.of(ShuffleNetV2Variant.X0_25)).extracting(FeatureReuse::title)
                .containsExactly("shufflenet_v2_x0_25, torchvision layout");
    }

    @Test
    void weightsAreInTheFilesIfThereAreAny() throws Exception {
        var model = ZooNetwork.builder(DenseNet.SMALL_42M).numClasses(2).inputShape(3, 32, 32).build();
        new ReuseReport(List.of(FeatureReuse.of("mine", model.init(), model.inputType()))).write(folder);
        assertThat(Files.readString(folder.resolve("reuse.html"))).contains("Mean absolute weight");
        assertThat(Files.readAllLines(folder.resolve("reuse.csv")))
                .anyMatch(line -> line.matches("mine,denseblock1.denselayer2,denseblock1.denselayer1,1,30,10,0.3333.*"
                        + ",0\\.[0-9]+"));
    }

    @Test
    void aNetworkWithoutConcatenationSaysSo() throws Exception {
        new ReuseReport(ReuseReport.of(ResNet.RESNET_50)).write(folder);
        assertThat(Files.readString(folder.resolve("reuse.md"))).contains("No block passes any channels on")
                .doesNotContain("in theory");
    }
}
