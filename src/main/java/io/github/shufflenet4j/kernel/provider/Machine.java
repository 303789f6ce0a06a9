package io.github.shufflenet4j.kernel.provider;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The hardware and software that compute, for reports. */
public final class Machine {

    private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String LINUX_MODEL = "model name";
    /** What vector extensions are called on Linux, by processors of Intel and AMD and of Arm. */
    private static final Pattern LINUX_EXTENSIONS =
            Pattern.compile("\\b(avx2?|fma|avx512\\w+|avx_vnni|amx_\\w+|asimd|sve2?)\\b");
    private static final List<String> LINUX_FLAGS = List.of("flags", "Features");

    private Machine() {
    }

    /**
     * Processor, its vector extensions (on Linux), cores, threads of {@link Workers#shared()}, kernels, Java and
     * operating system, by name.
     */
    public static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Processor", linux(LINUX_MODEL).orElse(System.getProperty("os.arch")));
        LINUX_FLAGS.stream().flatMap(name -> linux(name).stream()).findFirst().ifPresent(flags ->
                facts.put("Vector extensions", LINUX_EXTENSIONS.matcher(flags).results().map(MatchResult::group)
                        .collect(Collectors.joining(" "))));
        facts.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("Threads that compute", Integer.toString(Workers.shared().size()));
        facts.put("Kernels", KernelProviders.get().description());
        facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
        facts.put("Operating system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        return facts;
    }

    /** A value in Linux's description of the first processor; empty elsewhere. */
    private static Optional<String> linux(String name) {
        if (!Files.isReadable(LINUX_PROCESSORS)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(LINUX_PROCESSORS)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
