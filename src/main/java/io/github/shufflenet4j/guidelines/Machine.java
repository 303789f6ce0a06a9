package io.github.shufflenet4j.guidelines;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import io.github.shufflenet4j.kernel.ConvNormKernel;

/** What measured, as a report tells it. */
final class Machine {

    private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String LINUX_MODEL = "model name";

    private Machine() {
    }

    /** @param threads that the engines compute with */
    static Map<String, String> facts(int threads) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Date", LocalDate.now().toString());
        facts.put("Processor", processor());
        facts.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("Threads that compute", Integer.toString(threads));
        facts.put("Kernels", ConvNormKernel.provider());
        facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        facts.put("Operating system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        return facts;
    }

    /** Processes that computed or waited for a core in the last minute, on average; negative if nobody knows. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** A load in words. */
    static String inWords(double load) {
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
    }

    private static String processor() {
        if (Files.isReadable(LINUX_PROCESSORS)) {
            try (Stream<String> lines = Files.lines(LINUX_PROCESSORS)) {
                return lines.filter(line -> line.startsWith(LINUX_MODEL)).findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .orElse(System.getProperty("os.arch"));
            } catch (IOException e) {
                return System.getProperty("os.arch");
            }
        }
        return System.getProperty("os.arch");
    }
}
