package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** All measurements, as a Markdown table and as JSON. */
final class Report {

    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Cell by cell, contestant by contestant. */
    private final Map<Cell, Map<String, Measurement>> measurements = new LinkedHashMap<>();
    private final Map<Cell, Double> gigaflops = new LinkedHashMap<>();

    /** Adds one; of two settings of one contestant, the faster stays. */
    void add(Measurement measurement) {
        if (measurement.contestant() == Contestant.PEAK) {
            double seconds = measurement.fastest() * measurement.cell().batch() / 1e3;
            gigaflops.put(measurement.cell(), ProcessorPeak.flops(measurement.cell()) / seconds / 1e9);
            return;
        }
        measurements.computeIfAbsent(measurement.cell(), cell -> new LinkedHashMap<>())
                .merge(measurement.label(), measurement,
                        (first, second) -> first.msPerImage() <= second.msPerImage() ? first : second);
    }

    /**
     * One row for each contestant in each cell; {@code ratio} is its time over the first one's.
     *
     * @param multiplyAdds of one image, by cell
     */
    String markdown(java.util.function.ToLongFunction<Cell> multiplyAdds) {
        StringBuilder table = new StringBuilder();
        Map<Integer, Double> peaks = new TreeMap<>();
        table.append("| network | contestant | ms per image | rounds | p99 of a step, ms | ratio | peak memory, MiB "
                + "| share of the peak |\n| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |\n");
        measurements.forEach((cell, row) -> {
            double first = row.values().iterator().next().msPerImage();
            row.forEach((label, m) -> table.append(String.format(Locale.ROOT,
                    "| %s | %s | %.2f | %.2f to %.2f | %.1f | %.2f | %.0f | %s |%n", cell, label, m.msPerImage(),
                    m.fastest(), m.slowest(), m.p99Ms(), m.msPerImage() / first, m.peakMib(),
                    share(cell, m, multiplyAdds.applyAsLong(cell)))));
        });
        gigaflops.forEach((cell, peak) -> peaks.merge(cell.threads(), peak, Math::max));
        peaks.forEach((threads, peak) -> table.append(String.format(Locale.ROOT,
                "%nPeak of %d thread%s: %.0f GFLOP/s%n", threads, threads == 1 ? "" : "s", peak)));
        return table.toString();
    }

    /** The operations that an image needs, over those that the processor can do in the same time. */
    private String share(Cell cell, Measurement m, long multiplyAdds) {
        Double peak = gigaflops.get(cell);
        if (peak == null) {
            return "";
        }
        // The backward pass makes two products for each of the forward pass.
        double flops = 2.0 * multiplyAdds * (cell.mode() == Cell.Mode.TRAIN ? 3 : 1);
        return String.format(Locale.ROOT, "%.0f %%", 100 * flops / (m.msPerImage() * 1e6) / peak);
    }

    void writeJson(Path file) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        measurements.forEach((cell, row) -> row.forEach((label, m) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("contestant", label);
            fields.put("variant", cell.variant().label());
            fields.put("batch", cell.batch());
            fields.put("threads", cell.threads());
            fields.put("ms_per_image", m.msPerImage());
            fields.put("peak_mib", Double.isNaN(m.peakMib()) ? null : m.peakMib());
            if (cell.mode() == Cell.Mode.INFER) {
                fields.put("p99_ms", m.p99Ms());
            }
            rows.add(fields);
        }));
        JSON.writeValue(file.toFile(), rows);
    }
}
