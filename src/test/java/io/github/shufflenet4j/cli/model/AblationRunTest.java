package io.github.shufflenet4j.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.guidelines.ablation.SplitAblation;
import io.github.shufflenet4j.model.comparison.ShuffleNetV2Split;

class AblationRunTest {

    @Test
    void everyShareIsTrainedWithEverySeed() throws Exception {
        List<String> steps = new ArrayList<>();
        SplitAblation ablation = new AblationRun(4, 1, 1, 2, Duration.ZERO, steps::add).run();
        assertThat(ablation.rows()).extracting(SplitAblation.Row::split).containsExactly(ShuffleNetV2Split.values());
        assertThat(ablation.rows()).allSatisfy(row -> {
            assertThat(row.top1()).hasSize(2).allMatch(top1 -> top1 >= 0 && top1 <= 100);
            assertThat(row.speed().network()).isEqualTo(row.split());
            assertThat(row.speed().millis()).isPositive();
        });
        assertThat(steps).hasSize(9).contains("training shufflenet_v2_split_quarter, seed 2");
        assertThat(ablation.conditions()).containsEntry("Seeds", "2").containsKeys("Date", "Images", "Recipe");
    }
}
