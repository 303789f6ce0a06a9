package io.github.shufflenet4j.report;

import java.util.Objects;

/**
 * A point of an {@link XyChart}.
 *
 * @param x     on the horizontal axis
 * @param y     on a vertical one; NaN leaves a gap
 * @param label beside the point; empty for none
 */
public record Point(double x, double y, String label) {

    /** @throws NullPointerException without a label */
    public Point {
        Objects.requireNonNull(label, "label");
    }

    /** A point without a label. */
    public static Point of(double x, double y) {
        return new Point(x, y, "");
    }

    /** A point with a label. */
    public static Point of(double x, double y, String label) {
        return new Point(x, y, label);
    }
}
