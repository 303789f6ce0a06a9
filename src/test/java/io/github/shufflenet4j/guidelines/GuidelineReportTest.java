package io.github.shufflenet4j.guidelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.guidelines.Timings.Quartiles;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.MobileNetV1;
import io.github.shufflenet4j.model.cost.NetworkSummary;

class GuidelineReportTest {

    private static final List<Engine> ENGINES = List.of(new ChannelsLastEngine(Workers.of(1), false),
            new PlanesEngine(Workers.of(1)));

    /** All rows of the first engine take what the guideline says; those of the second take the opposite. */
    private static Experiment experiment(Guideline guideline) {
        int rows = guideline.rows().size();
        double[] round = new double[2 * rows];
        for (int row = 0; row < rows; row++) {
            int above = row;
            long faster = guideline.claims().stream().filter(claim -> claim.slow() == above).count();
            round[row] = 0.001 * (1 + faster);
            round[rows + row] = 0.001 * (1 + rows - faster);
        }
        double[][] rounds = new double[8][];
        Arrays.fill(rounds, round);
        return new Experiment(guideline, 2, ENGINES, new Timings(rounds));
    }

    private static GuidelineReport report() {
        List<String> failed = new ArrayList<>(List.of("resnet: out of memory"));
        List<NetworkResult> networks = NetworkResult.measure(List.of(ShuffleNetV2Variant.X0_5, MobileNetV1.X1_0),
                50_000_000, new Benchmark(1, Duration.ZERO, Duration.ZERO, 2, System::nanoTime), failed::add);
        return new GuidelineReport(new GuidelineResults(
                GuidelineBenchmark.conditions(LocalDate.EPOCH, Map.of("Processor", "an abacus"), 0.5, -1),
                Stream.of(Guideline.values()).map(GuidelineReportTest::experiment).toList(), networks, failed));
    }

    @Test
    void findingsFollowFromTheTimes() {
        List<String> findings = report().findings();
        assertThat(findings).hasSize(8);
        assertThat(findings.get(0)).isEqualTo("G1, channels last: the guideline holds at x2. Time of '1:12' relative to"
                + " '1:1': 4.00 at x2 (4.00 to 4.00; memory access 1.82, multiply-adds "
                + String.format(Locale.ROOT, "%.2f", multiplyAdds(18, 216) / multiplyAdds(64, 64)) + ").");
        assertThat(findings.get(1)).startsWith("G1, NCHW: the guideline does not hold at x2.")
                .contains("In the opposite order: '1:12' takes 0.40 times as long as '1:1' at x2");
    }

    /** Of two 1x1 convolutions, there and back, at a pixel, with outputs padded to the machine's vectors. */
    private static double multiplyAdds(int from, int to) {
        int lanes = KernelProviders.get().channelsLast().lanes();
        return from * Math.ceil((double) to / lanes) * lanes + to * Math.ceil((double) from / lanes) * lanes;
    }

    @Test
    void networksOfOneLevelAreListedFromTheFastest() {
        List<NetworkResult> networks = Stream.of(Map.entry(ShuffleNetV2Variant.X0_5, 0.02),
                Map.entry(MobileNetV1.X0_25, 0.01)).map(entry -> new NetworkResult(
                        (Architecture) entry.getKey(), NetworkSummary.of((Architecture) entry.getKey()),
                        new Quartiles(0, entry.getValue(), 1), Optional.empty())).toList();
        assertThat(Findings.ofNetworks(networks)).containsExactly("Around 40 million multiply-adds, fastest first:"
                + " mobilenet_v1_x0_25 (10.0 ms, error 49.4 %), shufflenet_v2_x0_5 (20.0 ms,"
                + " error 39.7 %).");
    }

    @Test
    void timesProportionalToMultiplyAddsCorrelateWithThem() {
        List<NetworkResult> networks = Stream.of(ShuffleNetV2Variant.values()).map(network -> {
            NetworkSummary summary = NetworkSummary.of(network);
            return new NetworkResult(network, summary, new Quartiles(0, 1e-9 * summary.macs(), 1), Optional.empty());
        }).toList();
        assertThat(Findings.ofNetworks(networks).get(0)).startsWith("Over all 6 networks, the logarithm of the graph's"
                + " time correlates by 1.00 with that of multiply-adds");
    }

    @Test
    void everythingIsWritten(@TempDir Path folder) throws IOException {
        List<Path> files = report().write(folder.resolve("new/folder"));
        assertThat(files).allMatch(Files::isRegularFile).extracting(file -> file.getFileName().toString())
                .containsExactly("report.html", "findings.md", "guidelines.csv", "networks.csv");
        for (Path text : files.subList(0, 2)) {
            assertThat(Files.readString(text)).contains("an abacus", "0.5 before, unknown afterwards", "4-parallel",
                    "does not hold", "resnet: out of memory", "shufflenet_v2_x0_5", Guideline.G3.setting());
        }
        List<String> lines = Files.readAllLines(files.get(2));
        assertThat(lines).hasSize(1 + 2 * 17).allMatch(line -> line.split(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)", -1).length
                == lines.get(0).split(",").length);
        assertThat(lines.get(4)).startsWith("G1,2,channels last,1:12,\"18, 216\",243855360,")
                .contains(",4.0000,4.0000,4.0000,4,8,15.100,392.00");
        assertThat(lines.get(5)).startsWith("G1,2,NCHW,1:1,\"64, 64\",256901120,,8110080,");
        assertThat(Files.readAllLines(files.get(3))).hasSize(2)
                .last().asString().startsWith("shufflenet_v2_x0_5,39.700,1366792,40476448,4518840,451584,");
    }
}
