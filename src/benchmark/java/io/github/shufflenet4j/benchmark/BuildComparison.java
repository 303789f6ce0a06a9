package io.github.shufflenet4j.benchmark;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * Compares two builds of this library, each in a class loader of its own, by turns of a few milliseconds in one
 * process. What slows the machine down slows both, so that differences of 1 % show in predictions; from process to
 * process a build differs from itself by up to 10 %. Training steps of two equal builds differ by up to 6 % in a
 * process, as each evicts the other's activations from the cache: compare them in several processes and both orders.
 */
@Command(name = "benchmark.sh compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Times two builds of this library by turns and prints the ratio of their times.")
public final class BuildComparison implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "OLD", description = "Folder of compiled classes, such as target/classes.")
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "The same of another build.")
    private Path after;

    @Option(names = "--train", description = "Time training steps. Default: predictions.")
    private boolean train;

    @Option(names = "--variant", paramLabel = "WIDTH", defaultValue = "x0_5",
            description = "Default: ${DEFAULT-VALUE}.", converter = Benchmark.VariantConverter.class)
    private ShuffleNetV2Variant variant;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1",
            description = "Images in a step. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(names = "--pairs", paramLabel = "N", defaultValue = "300",
            description = "Turns of each build. Default: ${DEFAULT-VALUE}.")
    private int pairs;

    @Option(names = "--turn", paramLabel = "MS", defaultValue = "5",
            description = "Milliseconds of a turn, at least one step. Default: ${DEFAULT-VALUE}.")
    private double turn;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = "6",
            description = "Seconds of turns before those that count. Default: ${DEFAULT-VALUE}.")
    private double warmUp;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BuildComparison()).execute(arguments));
    }

    /** A build's step and how long its turns took. */
    private static final class Build {

        private final Runnable step;
        private final double[] milliseconds;
        private long bytes;
        private long steps;

        Build(Runnable step, int turns) {
            this.step = step;
            this.milliseconds = new double[turns];
        }

        /** Runs steps for a turn and returns the milliseconds of one. */
        double turn(double length) {
            long start = System.nanoTime();
            int count = 0;
            double elapsed;
            do {
                step.run();
                count++;
                elapsed = (System.nanoTime() - start) / 1e6;
            } while (elapsed < length);
            steps += count;
            return elapsed / count;
        }

        void measure(double length, int index) {
            long before = allocated();
            milliseconds[index] = turn(length);
            bytes += allocated() - before;
        }

        /** Bytes that a step allocates on the calling thread: thousands if the compiler left vectors boxed. */
        long bytesPerStep() {
            return bytes / steps;
        }

        private static long allocated() {
            return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getCurrentThreadAllocatedBytes();
        }
    }

    @Override
    public Integer call() throws Exception {
        Cell cell = new Cell(train ? Cell.Mode.TRAIN : Cell.Mode.INFER, variant, batch, threads);
        Build old = new Build(load(before, cell), pairs);
        Build changed = new Build(load(after, cell), pairs);
        long end = System.nanoTime() + (long) (1e9 * warmUp);
        while (System.nanoTime() < end) {
            old.turn(turn);
            changed.turn(turn);
        }
        old.steps = 0;
        changed.steps = 0;
        double[] ratios = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            // Who is first has the other's data in the caches, whichever build it is.
            (pair % 2 == 0 ? old : changed).measure(turn, pair);
            (pair % 2 == 0 ? changed : old).measure(turn, pair);
            ratios[pair] = changed.milliseconds[pair] / old.milliseconds[pair];
        }
        System.out.printf(Locale.ROOT,
                "%s: %.3f ms and %.3f ms a step, ratio %.3f (quartiles %.3f and %.3f); %d and %d bytes allocated%n",
                cell, Measurement.quantile(old.milliseconds, 0.5), Measurement.quantile(changed.milliseconds, 0.5),
                Measurement.quantile(ratios, 0.5), Measurement.quantile(ratios, 0.25),
                Measurement.quantile(ratios, 0.75), old.bytesPerStep(), changed.bytesPerStep());
        return 0;
    }

    private static Runnable load(Path classes, Cell cell) throws IOException, ReflectiveOperationException {
        if (!Files.isDirectory(classes.resolve("io"))) {
            throw new CommandLine.ParameterException(new CommandLine(new BuildComparison()),
                    classes + " is no folder of compiled classes");
        }
        URL here = BuildComparison.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL(), here}, Libraries.LOADER);
        Thread.currentThread().setContextClassLoader(loader);
        return (Runnable) Class.forName(BuildComparison.class.getName(), true, loader)
                .getMethod("step", List.class).invoke(null, cell.arguments());
    }

    /** The libraries, once for both builds: a process can load native code only once. */
    private static final class Libraries {

        static final ClassLoader LOADER = new URLClassLoader(jars(), ClassLoader.getPlatformClassLoader());

        private static URL[] jars() {
            List<URL> jars = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (entry.endsWith(".jar")) {
                    try {
                        jars.add(Path.of(entry).toUri().toURL());
                    } catch (MalformedURLException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            return jars.toArray(URL[]::new);
        }
    }

    /** The step of a cell, of the build that this class is loaded with; public for the class of the other loader. */
    public static Runnable step(List<String> cell) {
        return Shufflenet4jSteps.of(Cell.of(cell))::run;
    }
}
