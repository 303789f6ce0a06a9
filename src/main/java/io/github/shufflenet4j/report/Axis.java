package io.github.shufflenet4j.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A numeric axis.
 *
 * @param label       the quantity, with its unit
 * @param logarithmic whether the scale is logarithmic; values that are not positive are then left out
 * @param min         the lower end; empty to take that of the data
 * @param max         the upper end; empty to take that of the data
 */
public record Axis(String label, boolean logarithmic, OptionalDouble min, OptionalDouble max) {

    /** @throws IllegalArgumentException if the ends are in the wrong order, or not positive on a logarithmic axis */
    public Axis {
        Objects.requireNonNull(label, "label");
        if (min.isPresent() && max.isPresent() && !(min.getAsDouble() < max.getAsDouble())) {
            throw new IllegalArgumentException("axis '" + label + "' from " + min.getAsDouble() + " to "
                    + max.getAsDouble());
        }
        if (logarithmic && (min.orElse(1) <= 0 || max.orElse(1) <= 0)) {
            throw new IllegalArgumentException("logarithmic axis '" + label + "' must have positive ends");
        }
    }

    /** A linear axis over the range of the data. */
    public static Axis linear(String label) {
        return new Axis(label, false, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** A logarithmic axis over the range of the data. */
    public static Axis logarithmic(String label) {
        return new Axis(label, true, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** This axis with a lower end. */
    public Axis from(double end) {
        return new Axis(label, logarithmic, OptionalDouble.of(end), max);
    }

    /** This axis with an upper end. */
    public Axis to(double end) {
        return new Axis(label, logarithmic, min, OptionalDouble.of(end));
    }

    /** {@code value}, or NaN if it is not positive and the axis is logarithmic, where it would leave no range. */
    double plotted(double value) {
        return logarithmic && !(value > 0) ? Double.NaN : value;
    }

    Map<String, Object> option() {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("type", logarithmic ? "log" : "value");
        option.put("name", label);
        min.ifPresent(end -> option.put("min", end));
        max.ifPresent(end -> option.put("max", end));
        option.put("scale", true);
        if (logarithmic) {
            option.put("boundaryGap", List.of(0, 0)); // a share of the range, which would reach below 0
        }
        return option;
    }
}
