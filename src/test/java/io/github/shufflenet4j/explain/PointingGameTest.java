package io.github.shufflenet4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.image.Mask;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.transform.CropArea;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.Prediction;

class PointingGameTest {

    /** The middle of an image of 80 x 40 pixels, of which the object is the upper left quarter. */
    private static final CropArea CROP = new CropArea(20, 0, 40, 40);
    private static final Mask MASK = square(20, 0, 20);

    private static Mask square(int left, int top, int side) {
        BitSet pixels = new BitSet();
        for (int y = top; y < top + side; y++) {
            pixels.set(y * 80 + left, y * 80 + left + side);
        }
        return new Mask(80, 40, pixels);
    }

    private static ClassActivationMap map(float... values) {
        int side = (int) Math.sqrt(values.length);
        return new ClassActivationMap(new Prediction(0, "a", 1), Method.CAM, 0, side, side, values);
    }

    private static PointingGame.Result play(Mask mask, ClassActivationMap... maps) {
        PointingGame game = new PointingGame();
        for (ClassActivationMap map : maps) {
            game.add(new Explanation(TestImages.plain(80, 40, 9, 9, 9), CROP, List.of(), List.of(map)), map, mask);
        }
        return game.result();
    }

    @Test
    void aMapScoresIfItsPeakIsOnTheObject() {
        PointingGame.Result result = play(MASK, map(2, 1, 1, 1), map(1, 1, 5, 0), map(1, 2, 1, 1), map(3, 0, 0, 0));
        assertThat(result.images()).isEqualTo(4);
        assertThat(result.hits()).isEqualTo(0.5);
        assertThat(result.area()).isEqualTo(0.25);
        assertThat(result.centerHits()).isZero();
    }

    @Test
    void energyIsTheShareOfPositiveValuesOnTheObject() {
        assertThat(play(MASK, map(3, 3, 3, 3)).energy()).as("even").isEqualTo(0.25);
        assertThat(play(MASK, map(-1, -1, -1, -1)).energy()).as("nothing speaks for it").isZero();
        // Within the outer half of its own cell, 10 pixels, the value is constant; over the next 20 pixels it falls to
        // -4 along a line, of which half is positive. On the object lies all of that.
        assertThat(play(square(20, 0, 25), map(4, -4, -4, -4)).energy()).isCloseTo(1, within(1e-9));
        assertThat(play(square(20, 0, 10), map(4, -4, -4, -4)).energy()).isBetween(0.3, 0.7);
    }

    @Test
    void faultsAreNamed() {
        assertThatThrownBy(() -> play(new Mask(40, 40, new BitSet()), map(1)))
                .hasMessage("a mask of 40x40 pixels for an image of 80x40");
        assertThatThrownBy(() -> play(square(0, 0, 15), map(1)))
                .hasMessage("nothing of the object is in the network's input");
        assertThatThrownBy(() -> new PointingGame().result()).isInstanceOf(IllegalStateException.class);
    }
}
