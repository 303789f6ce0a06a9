package io.github.shufflenet4j.guidelines.reuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.reuse.FeatureReuse;
import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.HeatMap;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.report.XyChart;

/** Figure 4 of the paper for some networks: which blocks are connected directly, and how the weights use that. */
public final class ReuseReport {

    /** The page's name in its folder. */
    public static final String PAGE = "reuse.html";

    private static final String INTRODUCTION = "Figure 4 of \"ShuffleNet V2: Practical Guidelines for Efficient CNN"
            + " Architecture Design\" (Ma, Zhang, Zheng and Sun, 2018). Blocks of ShuffleNet V2 pass a part of their"
            + " channels on unchanged, as DenseNet's dense layers pass all, so that later blocks reuse features.";

    private static final String METHOD = "Channels are followed through splits, concatenations and shuffles; whatever"
            + " else a vertex gives, pooling included, it has computed. Two blocks have those channels in common that"
            + " come unchanged from one block's input to the other's. If every block passes on a share r of its"
            + " channels, that is a share of r^j at a distance of j blocks: reuse falls exponentially with distance.";

    private static final int PERCENT = 100;

    private final List<FeatureReuse> networks;

    public ReuseReport(List<FeatureReuse> networks) {
        this.networks = List.copyOf(networks);
    }

    /** A network without weights; a width of ShuffleNet V2 in both block layouts, as far as it has them. */
    public static List<FeatureReuse> of(Architecture network) {
        if (network instanceof ShuffleNetV2Variant variant) {
            return Arrays.stream(BlockLayout.values()).filter(variant::supports)
                    .map(layout -> of(variant.in(layout), variant.networkName() + ", " + layout.label() + " layout"))
                    .toList();
        }
        return List.of(of(network, network.networkName()));
    }

    private static FeatureReuse of(Architecture network, String title) {
        ImageModel model = ZooNetwork.builder(network).build();
        return FeatureReuse.of(title, model.graphBuilder().build(), model.inputType());
    }

    /**
     * Writes {@code reuse.html}, a self-contained page; {@code reuse.md}, the same without charts; and the numbers in
     * {@code reuse.csv}.
     *
     * @param folder created if it does not exist; files of these names are replaced
     * @return the files
     * @throws IOException if a file cannot be written
     */
    public List<Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Report report = new Report("Feature reuse").subtitle(INTRODUCTION)
                .section("Method", section -> section.paragraph(METHOD));
        networks.forEach(network -> report.section(network.title(), section -> add(section, network)));
        return List.of(write(folder.resolve(PAGE), report.html()),
                write(folder.resolve("reuse.md"), report.markdown()),
                write(folder.resolve("reuse.csv"), csv()));
    }

    private static Path write(Path file, String text) throws IOException {
        AtomicFile.writeText(file, text);
        return file;
    }

    /** All networks, one below the other, in a section of another report. */
    public void addTo(Section section) {
        section.paragraph(METHOD);
        networks.forEach(network -> add(section.heading(network.title()), network));
    }

    private static void add(Section section, FeatureReuse network) {
        section.paragraph(finding(network));
        section.chart(heatMap("Share of a block's input channels that come unchanged from the block that computed them",
                "Darker cells are larger shares; the diagonal is the block directly before.", network,
                network::direct));
        if (network.concatenates()) {
            section.chart(decayChart(network)).table(decayTable(network));
        }
        network.weights().ifPresent(weights -> section.chart(heatMap("Mean absolute weight on these channels",
                "Darker cells are larger weights; white ones have no connection.", network,
                (target, source) -> Double.isNaN(weights[target][source]) ? 0 : weights[target][source])));
    }

    private interface Cell {
        double of(int target, int source);
    }

    private static HeatMap heatMap(String title, String summary, FeatureReuse network, Cell cell) {
        List<String> blocks = network.blocks();
        int last = blocks.size() - 1;
        double[][] values = new double[last][last];
        for (int target = 1; target <= last; target++) {
            for (int source = 0; source < target; source++) {
                values[target - 1][source] = cell.of(target, source);
            }
        }
        return new HeatMap(title, summary, "block", blocks.subList(1, last + 1), "from", blocks.subList(0, last),
                values);
    }

    /** Such as: each of 13 blocks passes on 50 % of its channels. */
    private static String finding(FeatureReuse network) {
        double[] passed = IntStream.range(0, network.blocks().size()).mapToDouble(network::passed)
                .filter(share -> share > 0).toArray();
        if (passed.length == 0) {
            return "No block passes any channels on: all of a block's input has been computed directly before.";
        }
        double least = Arrays.stream(passed).min().getAsDouble();
        double most = Arrays.stream(passed).max().getAsDouble();
        String many = passed.length + " of " + network.blocks().size() + " blocks pass on ";
        return least == most
                ? format("%s%.0f %% of their channels. Fitted to the channels in common, r is %.3f; in theory it is"
                        + " %.3f.", many, PERCENT * least, network.fittedRate(), least)
                : format("%s%.0f to %.0f %% of their channels.", many, PERCENT * least, PERCENT * most);
    }

    private static XyChart decayChart(FeatureReuse network) {
        List<Point> measured = new ArrayList<>();
        List<Point> theory = new ArrayList<>();
        for (FeatureReuse.Decay row : network.decay()) {
            measured.add(new Point(row.distance(), PERCENT * row.common()));
            theory.add(new Point(row.distance(), PERCENT * row.theory()));
        }
        return new XyChart("Input channels in common", "Shares by distance between the blocks: both fall.",
                Axis.linear("distance, blocks").from(1), Axis.logarithmic("input channels in common, %"))
                .line("in the network", measured).line("in theory", theory);
    }

    private static Table decayTable(FeatureReuse network) {
        Table table = new Table("Input channels in common, mean over pairs of blocks").number("distance")
                .number("pairs").number("in the network, %").number("in theory, %");
        network.decay().forEach(row -> table.row(row.distance(), row.pairs(), format("%.2f", PERCENT * row.common()),
                format("%.2f", PERCENT * row.theory())));
        return table;
    }

    /** One line for each pair of blocks of a network. */
    private String csv() {
        Table table = new Table("").text("network").text("block").text("from").number("distance")
                .number("input_channels").number("direct_channels").number("direct_share").number("common_share")
                .number("common_share_in_theory").number("mean_absolute_weight");
        for (FeatureReuse network : networks) {
            List<String> blocks = network.blocks();
            for (int target = 1; target < blocks.size(); target++) {
                for (int source = 0; source < target; source++) {
                    double direct = network.direct(target, source);
                    int[] pair = {target, source};
                    table.row(network.title(), blocks.get(target), blocks.get(source), target - source,
                            network.channels(target), Math.round(direct * network.channels(target)), number(direct),
                            number(network.common(target, source)), number(network.theory(target, source)),
                            network.weights().map(weights -> number(weights[pair[0]][pair[1]])).orElse(""));
                }
            }
        }
        return table.toCsv();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : format("%.6g", value);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
