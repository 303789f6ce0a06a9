package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The expected values are those of Pillow's {@code resize(..., BILINEAR)} on the same pattern. */
class ResizeTest {

    private final RgbImage image = TestImages.pattern(7, 5);

    @Test
    void reductionEqualsPillow() {
        assertThat(TestImages.values(Resize.resize(image, 4, 3))).containsExactly(
                67, 101, 30, 119, 119, 73, 168, 138, 119, 168, 120, 168, 152, 173, 90, 127, 114, 77, 165, 134, 98, 191,
                115, 105, 173, 168, 145, 114, 110, 120, 111, 128, 98, 166, 110, 185);
    }

    @Test
    void enlargementEqualsPillow() {
        assertThat(TestImages.values(Resize.resize(image, 9, 8))).startsWith(
                0, 5, 0, 32, 66, 9, 102, 136, 53, 157, 150, 102, 110, 22, 95, 121, 93, 71, 173, 164, 78, 181, 149, 142,
                118, 39, 248, 43, 60, 47, 77, 121, 21, 99, 141, 31, 119, 118, 78, 161, 77, 141, 174, 148, 111, 166);
    }

    @Test
    void pixelsOutsideOfTheSourceDoNotBleedIn() {
        assertThat(TestImages.values(Resize.resize(image, new Region(1, 1, 5, 3), 3, 2))).containsExactly(
                98, 142, 23, 170, 119, 121, 175, 150, 132, 150, 138, 146, 109, 116, 76, 182, 146, 103);
    }

    @Test
    void aWindowShowsPartOfTheWholeResult() {
        RgbImage whole = Resize.resize(image, 11, 4);
        RgbImage window = Resize.resize(image, image.bounds(), 11, 4, new Region(3, 1, 5, 2));
        assertThat(window.width()).isEqualTo(5);
        assertThat(window.height()).isEqualTo(2);
        for (int y = 0; y < 2; y++) {
            for (int x = 0; x < 5; x++) {
                assertThat(TestImages.pixel(window, x, y)).isEqualTo(TestImages.pixel(whole, x + 3, y + 1));
            }
        }
    }

    @Test
    void theSameSizeChangesNothing() {
        assertThat(Resize.resize(image, 7, 5).pixels()).isEqualTo(image.pixels());
    }

    @Test
    void regionsMustLieWithin() {
        assertThatThrownBy(() -> Resize.resize(image, new Region(3, 0, 5, 5), 2, 2))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("7x5");
        assertThatThrownBy(() -> Resize.resize(image, image.bounds(), 2, 2, new Region(0, 1, 2, 2)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2x2");
    }
}
