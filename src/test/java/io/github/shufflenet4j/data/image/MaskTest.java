package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.Random;

import org.junit.jupiter.api.Test;

class MaskTest {

    @Test
    void isStoredAsWhiteOnBlack() throws ImageFormatException {
        BitSet pixels = new BitSet();
        pixels.set(3, 9);
        pixels.set(14);
        Mask mask = new Mask(5, 3, pixels);
        assertThat(Mask.of(ImageDecoder.decode(ImageEncoder.png(mask.image()), "mask"))).isEqualTo(mask);
        assertThat(mask.contains(3, 0)).isTrue();
        assertThat(mask.contains(2, 0)).isFalse();
        assertThat(mask.contains(4, 2)).isTrue();
        assertThat(mask.contains(5, 0)).isFalse();
        assertThat(mask.contains(-1, 1)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Mask(2, 2, pixels)).withMessageContaining("14");
    }

    @Test
    void itsConvexHullFillsHolesAndBays() {
        BitSet ring = new BitSet();
        for (int i = 0; i < 40 * 30; i++) {
            int square = (i % 40 - 20) * (i % 40 - 20) + (i / 40 - 14) * (i / 40 - 14);
            ring.set(i, square <= 100 && square >= 49);
        }
        BitSet hull = new Mask(40, 30, ring).convexHull().pixels();
        for (int i = 0; i < 40 * 30; i++) {
            int square = (i % 40 - 20) * (i % 40 - 20) + (i / 40 - 14) * (i / 40 - 14);
            assertThat(hull.get(i)).as("%d, %d", i % 40, i / 40).isEqualTo(square <= 100);
        }
        BitSet triangle = new BitSet();
        triangle.set(2 * 20 + 3);
        triangle.set(2 * 20 + 13);
        triangle.set(12 * 20 + 3);
        Mask filled = new Mask(20, 20, triangle).convexHull();
        assertThat(filled.pixels().cardinality()).isEqualTo(66);
        assertThat(filled.contains(8, 7)).isTrue();
        assertThat(filled.contains(9, 7)).isFalse();
        BitSet single = new BitSet();
        single.set(7);
        assertThat(new Mask(5, 5, single).convexHull().pixels()).isEqualTo(single);
        assertThat(new Mask(5, 5, new BitSet()).convexHull().pixels()).isEqualTo(new BitSet());
    }

    @Test
    void dilatedItHasAllPixelsNearEnough() {
        Random random = new Random(3);
        for (int distance = 0; distance < 7; distance++) {
            int width = 17;
            int height = 11;
            BitSet pixels = new BitSet();
            for (int i = 0; i < 6; i++) {
                pixels.set(random.nextInt(width * height));
            }
            Mask dilated = new Mask(width, height, pixels).dilated(distance);
            for (int i = 0; i < width * height; i++) {
                int x = i % width;
                int y = i / width;
                int reach = distance * distance;
                boolean near = pixels.stream().anyMatch(
                        p -> (p % width - x) * (p % width - x) + (p / width - y) * (p / width - y) <= reach);
                assertThat(dilated.contains(x, y)).as("%d, %d at %d", x, y, distance).isEqualTo(near);
            }
        }
    }
}
