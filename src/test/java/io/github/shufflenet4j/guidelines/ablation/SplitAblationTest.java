package io.github.shufflenet4j.guidelines.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.guidelines.NetworkSpeed;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;
import io.github.shufflenet4j.model.cost.NetworkSummary;

class SplitAblationTest {

    @TempDir
    private Path folder;

    @Test
    void filesHaveMeansAndEverySeed() throws Exception {
        SplitAblation ablation = new SplitAblation(Map.of("Seeds", "2"), Stream.of(ShuffleNetV2Split.NONE,
                ShuffleNetV2Split.HALF).map(split -> new SplitAblation.Row(split, List.of(80.0, 91.0),
                        new NetworkSpeed(split, NetworkSummary.of(split), 1.5, 1.25, 2))).toList());
        assertThat(ablation.write(folder.resolve("new"))).extracting(file -> file.getFileName().toString())
                .containsExactly("ablation.html", "ablation.md", "ablation.csv");
        assertThat(Files.readString(folder.resolve("new/ablation.md")))
                .contains("| 50 % | 48 | 40.48 | 1.37 | 85.50 | 80.00, 91.00 | 1.50 | 1.25 to 2.00 |", "| Seeds | 2 |");
        assertThat(Files.readAllLines(folder.resolve("new/ablation.csv"))).hasSize(5)
                .contains("0.50,shufflenet_v2_split_half,48,40476448,1366792,2,91.00,1.5000,1.2500,2.0000");
        assertThat(Files.readString(folder.resolve("new/ablation.html"))).contains("Accuracy by share");
        assertThat(ablation.table()).contains("0 %", "50 %").doesNotContain("25 %");
    }
}
