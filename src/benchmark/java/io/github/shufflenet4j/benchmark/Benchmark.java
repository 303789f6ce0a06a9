package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;

import org.deeplearning4j.nn.conf.inputs.InputType;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.kernel.provider.Machine;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.cost.NetworkSummary;

/**
 * Runs the contestants. In a cell, all processes live at once; one computes while the others wait for their turn, so
 * that a machine that gets slower does so for everyone.
 */
@Command(name = "benchmark.sh", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Times this library against its peers at 224x224 and prints a Markdown table.")
public final class Benchmark implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "MODE", description = "train or infer")
    private Cell.Mode mode;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the measurements to FILE, too.")
    private Path json;

    @Option(names = "--variants", split = ",", paramLabel = "LIST", description = "Widths, such as x0_5,x1_0.",
            converter = VariantConverter.class)
    private List<ShuffleNetV2Variant> variants;

    @Option(names = "--batches", split = ",", paramLabel = "LIST", description = "Images in a step.")
    private List<Integer> batches;

    @Option(names = "--threads", split = ",", paramLabel = "LIST", defaultValue = "1,2",
            description = "Threads that compute. Default: ${DEFAULT-VALUE}.")
    private List<Integer> threads;

    @Option(names = "--contestants", split = ",", paramLabel = "LIST",
            description = "Who takes part: ${COMPLETION-CANDIDATES}. Default: all that can.")
    private List<Contestant> contestants;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "1.5",
            description = "Seconds of a round, at least one step. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = "8",
            description = "Seconds before the first round. Default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(names = "--torchscript", paramLabel = "FILE",
            description = "With infer: let PyTorch predict with this file instead of DJL's blocks.")
    private Path torchScript;

    @Option(names = "--onnx", paramLabel = "FILE",
            description = "With infer and one width: let ONNX Runtime predict with this file, too; the faster counts.")
    private Path onnx;

    @Option(names = "--java", split = ",", paramLabel = "HOMES", defaultValue = "${sys:java.home}",
            description = "JDKs that run this library. Default: the one that runs this command.")
    private List<Path> javaHomes;

    @Option(names = "--log", paramLabel = "FILE", defaultValue = "target/benchmark.log",
            description = "What the contestants print. Default: ${DEFAULT-VALUE}.")
    private Path log;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmark()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Files.deleteIfExists(log);
        if (torchScript != null) {
            System.setProperty(DjlPyTorchSteps.TORCH_SCRIPT, torchScript.toAbsolutePath().toString());
        }
        if (onnx != null) {
            System.setProperty(OnnxRuntimeSteps.FILE, onnx.toAbsolutePath().toString());
        }
        Report report = new Report();
        for (Cell cell : cells()) {
            System.err.println(cell);
            measure(cell, report);
        }
        if (json != null) {
            report.writeJson(json);
        }
        Machine.facts().forEach((name, fact) -> System.out.println("- " + name + ": " + fact));
        System.out.println();
        System.out.print(report.markdown(Benchmark::multiplyAdds));
        return 0;
    }

    private List<Cell> cells() {
        boolean train = mode == Cell.Mode.TRAIN;
        List<Cell> cells = new ArrayList<>();
        for (ShuffleNetV2Variant variant : variants != null ? variants
                : train ? List.of(ShuffleNetV2Variant.X0_5, ShuffleNetV2Variant.X1_0)
                : List.of(ShuffleNetV2Variant.X0_5, ShuffleNetV2Variant.X1_0, ShuffleNetV2Variant.X1_5,
                        ShuffleNetV2Variant.X2_0)) {
            for (int batch : batches != null ? batches : train ? List.of(16, 32) : List.of(1, 16)) {
                for (int threadCount : threads) {
                    cells.add(new Cell(mode, variant, batch, threadCount));
                }
            }
        }
        return cells;
    }

    private void measure(Cell cell, Report report) throws IOException {
        List<Competitor> running = new ArrayList<>();
        try {
            for (Contestant contestant : contestants != null ? contestants : List.of(Contestant.values())) {
                boolean ours = contestant == Contestant.SHUFFLENET4J;
                for (Path home : ours ? javaHomes : List.of(Path.of(System.getProperty("java.home")))) {
                    String label = ours && javaHomes.size() > 1
                            ? contestant.label() + ", " + home.getFileName() : contestant.label();
                    try {
                        running.add(Competitor.start(contestant, label, home, cell, log));
                    } catch (Competitor.CannotRun e) {
                        skipped(label, e);
                    }
                }
            }
            forEach(running, competitor -> competitor.warmUp(warmUp));
            for (int round = 0; round < rounds; round++) {
                forEach(running, competitor -> competitor.measure(seconds));
            }
            forEach(running, competitor -> report.add(competitor.finish(cell)));
        } finally {
            running.forEach(Competitor::close);
        }
    }

    private interface Action {
        void on(Competitor competitor) throws IOException, Competitor.CannotRun;
    }

    private static void forEach(List<Competitor> running, Action action) throws IOException {
        for (Iterator<Competitor> all = running.iterator(); all.hasNext();) {
            Competitor competitor = all.next();
            try {
                action.on(competitor);
            } catch (Competitor.CannotRun e) {
                all.remove();
                competitor.close();
                skipped(competitor.label(), e);
            }
        }
    }

    private static void skipped(String label, Competitor.CannotRun e) {
        System.err.println("  without " + label + ": " + e.getMessage());
    }

    private static long multiplyAdds(Cell cell) {
        return NetworkSummary.of(ShuffleNetV2.builder().variant(cell.variant()).build().init(),
                InputType.convolutional(Cell.SIDE, Cell.SIDE, Cell.CHANNELS)).macs();
    }

    /** Reads widths as everywhere else. */
    static final class VariantConverter implements CommandLine.ITypeConverter<ShuffleNetV2Variant> {
        @Override
        public ShuffleNetV2Variant convert(String name) {
            return ShuffleNetV2Variant.of(name);
        }
    }
}
