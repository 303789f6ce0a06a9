package io.github.shufflenet4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import io.github.shufflenet4j.backend.Backend;
import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.backend.BackendDecision;
import io.github.shufflenet4j.backend.BackendUnavailableException;
import io.github.shufflenet4j.backend.Backends;
import io.github.shufflenet4j.backend.CpuArrays;
import io.github.shufflenet4j.backend.CudaState;
import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.kernel.concurrent.Workers;

/** {@code backends}: what there is to compute on, and what will be used. */
@Command(name = "backends", mixinStandardHelpOptions = true,
        description = {"Show which backend --backend (or $SHUFFLENET_BACKEND) leads to on this machine and why,"
            + " threads, kernels, memory limits and versions.",
            "The exit code is 3 if that is cuda and cannot be used."},
        footer = {"", "Example: shufflenet backends --backend cuda"})
final class BackendsCommand extends ConsoleCommand {

    /** Group and artifact of each library whose version matters; a jar says its own. */
    private static final List<String> ARTIFACTS = List.of("org.deeplearning4j/deeplearning4j-nn",
            "org.nd4j/nd4j-native", "org.nd4j/nd4j-cuda-11.6", "org.bytedeco/cuda", "org.bytedeco/javacpp");

    @Mixin
    private FormatOption format;

    /** Limits in MiB; a limit of 0 is none. */
    private record Memory(long heap, long offHeap, long process) {

        private static final long MIB = 1 << 20;

        static Memory limits() {
            return new Memory(Runtime.getRuntime().maxMemory() / MIB, Pointer.maxBytes() / MIB,
                    Pointer.maxPhysicalBytes() / MIB);
        }
    }

    /** The JSON output; {@code backend} is null if there is none. */
    private record Report(String requested, String backend, String reason, List<String> classPath, CudaState cuda,
                          String layers, String kernels, int threads, Memory memoryMiB, Map<String, String> versions) {
    }

    @Override
    public Integer call() {
        BackendChoice choice = globalOptions().backend();
        Report report;
        try {
            BackendDecision decision = Backends.decide(choice);
            // What was decided rather than the choice, which would log what the report says.
            Backends.select(decision.backend() == Backend.CPU ? BackendChoice.CPU : BackendChoice.CUDA);
            String layers = CpuArrays.areAccessible(DataType.FLOAT) ? "this library's kernels" : "ND4J's operations";
            report = report(choice, Backends.running().label(), decision.reason(), layers);
        } catch (BackendUnavailableException e) {
            report = report(choice, null, e.getMessage(), null);
        }
        if (format.isJson()) {
            FormatOption.printJson(out(), report);
        } else {
            print(report, out());
        }
        return report.backend() == null ? GlobalOptions.BACKEND_UNAVAILABLE : 0;
    }

    private static Report report(BackendChoice choice, String backend, String reason, String layers) {
        return new Report(choice.name().toLowerCase(Locale.ROOT), backend, reason,
                Arrays.stream(Backend.values()).filter(Backend::isOnClassPath).map(Backend::label).toList(),
                Backends.cuda(), layers, KernelProviders.get().description(), Workers.shared().size(), Memory.limits(),
                versions());
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Java", Runtime.version().toString());
        for (String artifact : ARTIFACTS) {
            String path = "/META-INF/maven/" + artifact + "/pom.properties";
            try (InputStream in = BackendsCommand.class.getResourceAsStream(path)) {
                if (in != null) {
                    Properties properties = new Properties();
                    properties.load(in);
                    versions.put(properties.getProperty("artifactId"), properties.getProperty("version"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return versions;
    }

    private static void print(Report report, PrintWriter out) {
        line(out, "requested", report.requested());
        line(out, "backend", report.backend() == null ? "none" : report.backend());
        line(out, "because", report.reason());
        line(out, "class path", String.join(", ", report.classPath()));
        CudaState cuda = report.cuda();
        line(out, "CUDA devices", cuda.isUsable() ? String.join(", ", cuda.devices()) : "none: " + cuda.fault());
        if (report.layers() != null) {
            line(out, "layers", report.layers());
        }
        line(out, "kernels", report.kernels());
        line(out, "threads", report.threads());
        line(out, "memory", "heap " + limit(report.memoryMiB().heap()) + ", off-heap "
                + limit(report.memoryMiB().offHeap()) + ", process " + limit(report.memoryMiB().process()));
        report.versions().forEach((artifact, version) -> line(out, artifact, version));
    }

    private static void line(PrintWriter out, String name, Object value) {
        out.printf("%-18s %s%n", name, value);
    }

    private static String limit(long mib) {
        return mib == 0 ? "without limit" : "up to " + mib + " MiB";
    }
}
