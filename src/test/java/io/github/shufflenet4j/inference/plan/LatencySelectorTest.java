package io.github.shufflenet4j.inference.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencySelectorTest {

    private final LatencySelector strategies = new LatencySelector();

    /** How often the first strategy is taken in so many calls, at these times. */
    private int first(int calls, long first, long second) {
        int taken = 0;
        for (int i = 0; i < calls; i++) {
            int strategy = strategies.choose();
            taken += strategy == 0 ? 1 : 0;
            strategies.record(strategy, strategy == 0 ? first : second);
        }
        return taken;
    }

    @Test
    void takesTheFasterStrategyAndTriesTheOther() {
        assertThat(first(1000, 360, 530)).isBetween(970, 990);
    }

    @Test
    void oneThreadIsTriedRarely() {
        first(2000, 360, 530);
        assertThat(first(10_000, 360, 530)).isGreaterThan(9960);
    }

    @Test
    void changesWhenTheFasterStrategyBecomesSlowAndBack() {
        first(1000, 360, 530);
        assertThat(first(1000, 3200, 530)).isBetween(20, 50);
        assertThat(first(1000, 360, 530)).isGreaterThan(900);
    }

    @Test
    void returnsSoonFromAStrategyThatWasFasterForAMoment() {
        first(1000, 360, 530);
        assertThat(first(6, 3200, 530)).isLessThan(6);
        assertThat(first(100, 360, 530)).isGreaterThan(80);
    }

    @Test
    void oneSlowCallChangesNothing() {
        first(100, 360, 530);
        strategies.choose();
        strategies.record(0, 100_000);
        assertThat(first(20, 360, 530)).isEqualTo(20);
    }
}
