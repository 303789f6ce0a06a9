package io.github.shufflenet4j.kernel.vector;

import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.provider.Machine;
import java.util.Collection;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Times the tiles of pointwise convolution, each alone on one thread, in the shapes of the networks, beside
 * multiply-adds on registers only, the processor's peak. Prints a Markdown table of GFLOP/s, counted without padding.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TileBenchmark {

    private static final int ROUNDS = 1000;

    /** A convolution in one tile. */
    @State(Scope.Thread)
    public static class Convolution {

        /** Inputs, outputs and pixels. */
        @Param({"24x24x784", "48x48x196", "96x96x49", "58x58x784", "116x116x196", "232x232x49", "464x1024x49",
            "122x122x784", "244x244x196", "488x488x49"})
        public String shape;

        /** Maximum number of pixels of a tile. */
        @Param({"1", "4", "6", "7"})
        public int pixels;

        private PointwiseKernel kernel;
        private PointwiseWeights weights;
        private float[] memory;
        private int count;
        private int inPitch;

        /** Random weights and inputs. */
        @Setup
        public void fill() {
            int[] sizes = sizes(shape);
            count = sizes[2];
            inPitch = Rounding.up(sizes[0], Species.L);
            Random random = new Random(1);
            float[] values = new float[sizes[0] * sizes[1]];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat() - 0.5f;
            }
            weights = PointwiseWeights.pack(PointwiseTiles.PACKING, 1, values, sizes[0], new float[sizes[1]], true);
            memory = new float[count * (inPitch + weights.paddedOutputs())];
            for (int i = 0; i < memory.length; i++) {
                memory[i] = random.nextFloat();
            }
            kernel = VectorChannelsLast.pointwiseAt(inPitch);
        }
    }

    /** The factors of the peak. */
    @State(Scope.Thread)
    public static class Registers {

        private final float[] values = new float[Species.L];
    }

    @Benchmark
    public void pointwise(Convolution of) {
        of.kernel.run(of.pixels, of.memory, 0, 0, of.inPitch, 1, of.count, of.weights, 0, of.weights.panels(),
            of.memory, of.count * of.inPitch, 0, of.weights.paddedOutputs());
    }

    /** Twelve sums, none of which depends on another: more than two pipelines of five stages hold. */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void peak(Registers registers) {
        FloatVector a = FloatVector.broadcast(Species.S, 0.5f);
        FloatVector b = FloatVector.fromArray(Species.S, registers.values, 0);
        FloatVector c0 = b;
        FloatVector c1 = b;
        FloatVector c2 = b;
        FloatVector c3 = b;
        FloatVector c4 = b;
        FloatVector c5 = b;
        FloatVector c6 = b;
        FloatVector c7 = b;
        FloatVector c8 = b;
        FloatVector c9 = b;
        FloatVector c10 = b;
        FloatVector c11 = b;
        for (int i = 0; i < ROUNDS; i++) {
            c0 = a.fma(b, c0);
            c1 = a.fma(b, c1);
            c2 = a.fma(b, c2);
            c3 = a.fma(b, c3);
            c4 = a.fma(b, c4);
            c5 = a.fma(b, c5);
            c6 = a.fma(b, c6);
            c7 = a.fma(b, c7);
            c8 = a.fma(b, c8);
            c9 = a.fma(b, c9);
            c10 = a.fma(b, c10);
            c11 = a.fma(b, c11);
        }
        c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).add(c10).add(c11)
            .mul(0).intoArray(registers.values, 0);
    }

    private static int[] sizes(String shape) {
        String[] words = shape.split("x");
        return new int[] {Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2])};
    }

    /** Takes JMH's options. */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder().parent(new CommandLineOptions(arguments))
            .include(TileBenchmark.class.getSimpleName()).forks(1).warmupIterations(5)
            .warmupTime(TimeValue.milliseconds(400)).measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(200)).jvmArgsAppend("--add-modules", "jdk.incubator.vector")
            .build()).run();
        double peak = results.stream().filter(result -> result.getParams().getParam("shape") == null)
            .mapToDouble(result -> 2.0 * 12 * Species.L * result.getPrimaryResult().getScore()).max()
            .orElse(Double.NaN);
        System.out.println();
        Machine.facts().forEach((name, fact) -> System.out.println("- " + name + ": " + fact));
        System.out.printf(Locale.ROOT, "%nPeak of one thread: %.0f GFLOP/s%n%n", peak / 1e9);
        System.out.println("| inputs, outputs, pixels | tile | GFLOP/s | share of the peak |");
        System.out.println("| --- | --- | ---: | ---: |");
        for (RunResult result : results) {
            String shape = result.getParams().getParam("shape");
            if (shape != null) {
                int[] sizes = sizes(shape);
                double flops = 2.0 * sizes[0] * sizes[1] * sizes[2] * result.getPrimaryResult().getScore();
                System.out.printf(Locale.ROOT, "| %s | %sx%d | %.0f | %.0f %% |%n", shape.replace("x", ", "),
                    result.getParams().getParam("pixels"),
                    Math.min(PointwiseTiles.PACKING.panelVectors(), Rounding.ceilDiv(sizes[1], Species.L)), flops / 1e9,
                    100 * flops / peak);
            }
        }
    }
}
