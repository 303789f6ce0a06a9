package io.github.shufflenet4j.report;

import java.util.Map;

/** A chart of a page. */
public sealed interface Chart permits XyChart, BarChart, HeatMap {

    /** What it shows. */
    String title();

    /** What is to be seen, in a sentence, for those who do not see it; its title if nobody said. */
    String summary();

    /** Its numbers, which stand for it where it cannot be seen. */
    Table data();

    /** What ECharts is to draw, as its {@code setOption} takes it, but for what all charts of a page have alike. */
    Map<String, Object> option();

    /** Its size as CSS declarations. */
    default String size() {
        return "height:20rem";
    }
}
