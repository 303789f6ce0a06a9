package io.github.shufflenet4j.report;

import java.util.Map;
import java.util.Objects;

/** A chart of a {@link Report}. */
public abstract sealed class Chart permits XyChart, BarChart, HeatMap {

    private final String title;
    private final String summary;

    Chart(String title, String summary) {
        this.title = Objects.requireNonNull(title, "title");
        this.summary = Objects.requireNonNull(summary, "summary");
    }

    final String title() {
        return title;
    }

    /** The text alternative. */
    final String summary() {
        return summary;
    }

    /** The chart's numbers. */
    abstract Table data();

    /** The argument of ECharts' {@code setOption}, without what {@code report.js} adds to all charts. */
    abstract Map<String, Object> option();

    /** The chart's size as CSS declarations. */
    String size() {
        return "height:20rem";
    }

    final IllegalArgumentException invalid(String fault) {
        return new IllegalArgumentException("chart '" + title + "' " + fault);
    }
}
