package io.github.shufflenet4j.guidelines;

import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Under which it was measured.
 *
 * @param machine        what is known of it, by name
 * @param loadBefore     see {@link #load}
 * @param loadAfterwards likewise
 */
record Conditions(LocalDate date, Map<String, String> machine, double loadBefore, double loadAfterwards) {

    /** Processes that computed or waited for a core in the last minute, on average; negative if nobody knows. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** All of it, as a report tells it. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Date", date.toString());
        facts.putAll(machine);
        facts.put("Load of the last minute",
                inWords(loadBefore) + " before, " + inWords(loadAfterwards) + " afterwards");
        return facts;
    }

    private static String inWords(double load) {
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
    }
}
