package io.github.shufflenet4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.transform.CropArea;
import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.Prediction;

class OverlayTest {

    private static final Prediction CLASS = new Prediction(0, "a", 1);

    private static ClassActivationMap map(float... values) {
        return new ClassActivationMap(CLASS, Method.CAM, 0, 2, 2, values);
    }

    private static Explanation explanation(int width, int height, CropArea crop, ClassActivationMap... maps) {
        return new Explanation(TestImages.plain(width, height, 255, 255, 255), crop, List.of(CLASS), List.of(maps));
    }

    private static int[] pixel(RgbImage image, double x, double y) {
        return TestImages.pixel(image, (int) x, (int) y);
    }

    @Test
    void evidenceForIsRedAndEvidenceAgainstBlueInItsPlaceOnThePhoto() {
        ClassActivationMap map = map(4, 0, 0, -4);
        // The crop is the middle half of the photo's width, as 200 x 100 pixels are drawn.
        RgbImage drawn = new Overlay(200).draw(explanation(400, 200, new CropArea(100, 0, 200, 200), map), map);
        assertThat(drawn.width()).isEqualTo(200);
        assertThat(drawn.height()).isGreaterThan(100);
        assertThat(pixel(drawn, 60, 10)).containsExactly(180, 4, 38);
        assertThat(pixel(drawn, 140, 90)).containsExactly(59, 76, 192);
        assertThat(pixel(drawn, 140, 10)).containsExactly(221, 221, 221);
        assertThat(pixel(drawn, 40, 50)).as("outside of the crop").containsExactly(255, 255, 255);
        int legend = drawn.height() - 2;
        assertThat(pixel(drawn, 184, legend)[0]).as("the legend's end").isGreaterThan(170);
        assertThat(pixel(drawn, 16, legend)[2]).as("the legend's start").isGreaterThan(185);
    }

    @Test
    void allMapsOfAPhotoHaveOneScale() {
        ClassActivationMap strong = map(8, 8, 8, 8);
        ClassActivationMap weak = map(4, 4, 4, 4);
        Explanation explanation = explanation(100, 100, new CropArea(0, 0, 100, 100), strong, weak);
        assertThat(pixel(new Overlay(100).draw(explanation, strong), 50, 50)).containsExactly(180, 4, 38);
        assertThat(pixel(new Overlay(100).draw(explanation, weak), 50, 50)).containsExactly(244, 154, 123);
    }

    @Test
    void aMapOfZerosIsGreyAndAnyPhotoIsDrawn() {
        ClassActivationMap zeros = map(0, 0, 0, 0);
        RgbImage drawn = new Overlay(64).draw(explanation(100, 100, new CropArea(0, 0, 100, 100), zeros), zeros);
        assertThat(pixel(drawn, 30, 30)).containsExactly(221, 221, 221);
        RgbImage narrow = new Overlay(64).draw(explanation(1, 1000, new CropArea(0, 400, 1, 1), zeros), zeros);
        assertThat(narrow.height()).isGreaterThan(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new Overlay(0)).withMessageContaining("side");
    }

    /** The table against the published construction: hue kept, saturation falling evenly to a grey of lightness 88. */
    @Test
    void colorsAreMorelands() {
        double[] cool = msh(59, 76, 192);
        double[] warm = msh(180, 4, 38);
        for (double value = -1; value <= 1; value += 1 / 16.0) {
            double[] end = value < 0 ? cool : warm;
            double share = Math.abs(value);
            // To white of M 88: the hue turns away as the saturation falls (section 3, "Msh").
            double spin = end[1] * Math.sqrt(88 * 88 - end[0] * end[0]) / (end[0] * Math.sin(end[1]));
            double hue = end[2] > -Math.PI / 3 ? end[2] + spin : end[2] - spin;
            int[] expected = rgb(88 + (end[0] - 88) * share, end[1] * share, hue + (end[2] - hue) * share);
            int actual = ColorMap.color(value);
            for (int channel = 0; channel < 3; channel++) {
                // The published table is rounded, and made with a slightly different white point.
                assertThat(Math.abs((actual >> 16 - 8 * channel & 0xFF) - expected[channel]))
                        .as("channel %d of %s", channel, value).isLessThanOrEqualTo(3);
            }
        }
    }

    private static final double[] WHITE = {0.9505, 1, 1.089};

    /** Magnitude, saturation and hue in CIELAB's polar coordinates. */
    private static double[] msh(int... rgb) {
        double[] linear = new double[3];
        for (int i = 0; i < 3; i++) {
            double c = rgb[i] / 255.0;
            linear[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }
        double[] f = new double[3];
        double[][] toXyz = {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
        for (int i = 0; i < 3; i++) {
            f[i] = Math.cbrt((toXyz[i][0] * linear[0] + toXyz[i][1] * linear[1] + toXyz[i][2] * linear[2]) / WHITE[i]);
        }
        double l = 116 * f[1] - 16;
        double a = 500 * (f[0] - f[1]);
        double b = 200 * (f[1] - f[2]);
        double m = Math.sqrt(l * l + a * a + b * b);
        return new double[] {m, Math.acos(l / m), Math.atan2(b, a)};
    }

    private static int[] rgb(double m, double s, double h) {
        double l = m * Math.cos(s);
        double y = (l + 16) / 116;
        double[] f = {y + m * Math.sin(s) * Math.cos(h) / 500, y, y - m * Math.sin(s) * Math.sin(h) / 200};
        double[] xyz = new double[3];
        for (int i = 0; i < 3; i++) {
            xyz[i] = WHITE[i] * (f[i] > 6 / 29.0 ? f[i] * f[i] * f[i] : (f[i] - 16 / 116.0) / 7.787);
        }
        double[][] toRgb = {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}};
        int[] rgb = new int[3];
        for (int i = 0; i < 3; i++) {
            double c = toRgb[i][0] * xyz[0] + toRgb[i][1] * xyz[1] + toRgb[i][2] * xyz[2];
            c = c <= 0.0031308 ? 12.92 * c : 1.055 * Math.pow(c, 1 / 2.4) - 0.055;
            rgb[i] = (int) Math.rint(255 * Math.max(0, Math.min(1, c)));
        }
        return rgb;
    }
}
