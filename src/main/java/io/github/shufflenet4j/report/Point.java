package io.github.shufflenet4j.report;

import java.util.Objects;

/**
 * A point of an {@link XyChart}.
 *
 * @param y     NaN for a gap
 * @param label beside the point; empty for none
 */
public record Point(double x, double y, String label) {

    /** @throws NullPointerException if {@code label} is null */
    public Point {
        Objects.requireNonNull(label, "label");
    }

    /** A point without a label. */
    public Point(double x, double y) {
        this(x, y, "");
    }
}
