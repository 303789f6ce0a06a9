package io.github.shufflenet4j.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace();

    /** How often the first way is taken in so many calls, at these times. */
    private int first(int calls, long first, long second) {
        int taken = 0;
        for (int i = 0; i < calls; i++) {
            int way = pace.choose();
            taken += way == 0 ? 1 : 0;
            pace.took(way, way == 0 ? first : second);
        }
        return taken;
    }

    @Test
    void takesTheFasterWayAndTriesTheOther() {
        assertThat(first(1000, 360, 530)).isBetween(980, 990);
    }

    @Test
    void changesWhenTheFasterWayBecomesSlowAndBack() {
        first(1000, 360, 530);
        assertThat(first(1000, 3200, 530)).isBetween(14, 25);
        assertThat(first(1000, 360, 530)).isGreaterThan(900);
    }

    @Test
    void oneSlowCallChangesNothing() {
        first(100, 360, 530);
        pace.choose();
        pace.took(0, 100_000);
        assertThat(first(20, 360, 530)).isEqualTo(20);
    }
}
