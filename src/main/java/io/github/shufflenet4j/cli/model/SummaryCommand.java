package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.console.Listing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.Figure;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.model.cost.NetworkSummary;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.pretrained.OpenedNetwork;

/** {@code summary}: layers, shapes and costs. */
@Command(name = "summary", mixinStandardHelpOptions = true,
        description = {"List the layers of a network with shapes, parameters, multiply-adds and memory access for one"
            + " image.", "",
            "Memory access is the number of elements that a layer reads (inputs and weights) and writes, as in the"
            + " paper. FLOP/byte is arithmetic intensity in single precision. Fragments are the convolutions and"
            + " poolings of the layer's building block. The last line is the total."},
        footer = {"", "Example: shufflenet summary --variant x1_0 --format json",
            "         shufflenet summary --compare shufflenet_v2_x1_0,mobilenet_v2_x1_0"})
public final class SummaryCommand extends ConsoleCommand {

    private static final String ALL = "all";

    private static final Listing<NetworkSummary.Row> SHORT_COLUMNS = costs(columns());
    private static final Listing<NetworkSummary.Row> COLUMNS = costs(columns()
            .number("", "running_statistics", row -> row.cost().runningStatistics())
            .number("", "weights_read", row -> row.cost().weightsRead())
            .number("", "activations_read", row -> row.cost().activationsRead())
            .number("", "activations_written", row -> row.cost().activationsWritten()));

    private enum Format {
        TEXT, JSON, CSV
    }

    /** The network or networks. */
    static final class Source {
        @Option(names = "--model", paramLabel = "FILE", description = "The network: " + ModelArgument.KINDS)
        private ModelArgument model;

        @Option(names = "--variant", paramLabel = "V",
                description = "x0_25, x0_33, x0_5, x1_0, x1_5 or x2_0, for 1000 classes at 224x224. Default: x1_0.")
        private String variant;

        @Option(names = "--network", paramLabel = "NAME",
                description = "Any network of this library, such as mobilenet_v2_x1_0, for 1000 classes at the image"
                    + " size of its published figures; an unknown name lists all.")
        private String network;

        @Option(names = "--compare", arity = "0..1", split = ",", fallbackValue = ALL, paramLabel = "NAMES",
                description = "Networks by name, one to a line, with computed and published costs."
                    + " Default: all networks of this library.")
        private List<String> compared;
    }

    @ArgGroup
    private Source source = new Source();

    @Option(names = "--layout", paramLabel = "L", defaultValue = "torchvision",
            description = "With --variant: torchvision or megvii (the authors'). Default: ${DEFAULT-VALUE}.")
    private BlockLayout layout;

    @Option(names = "--format", defaultValue = "text", description = "text, json or csv. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Override
    public Integer call() throws Exception {
        if (source.compared != null) {
            compare();
            return 0;
        }
        NetworkSummary summary = summary();
        if (format == Format.JSON) {
            FormatOption.printJson(out(), summary);
            return 0;
        }
        List<NetworkSummary.Row> rows = new ArrayList<>(summary.rows());
        rows.add(new NetworkSummary.Row("total", "", List.of(), summary.total(), summary.fragmentation()));
        if (format == Format.CSV) {
            out().print(COLUMNS.toCsv(rows));
        } else {
            out().print(SHORT_COLUMNS.toText(rows));
            out().printf("and %,d running means and variances of batch norm;"
                            + " at most %,d live activation elements%n",
                    summary.runningStatistics(), summary.peakActivations());
            if (source.network != null) {
                out().println("published: " + Networks.of(source.network).published());
            }
        }
        return 0;
    }

    private NetworkSummary summary() throws IOException {
        if (source.model != null) {
            OpenedNetwork model = ModelLoader.loadNetwork(source.model.file(spec()));
            return NetworkSummary.of(model.network(), model.inputType());
        }
        return NetworkSummary.of(checked(this::network));
    }

    private Architecture network() {
        if (source.network != null) {
            return Networks.of(source.network);
        }
        return (source.variant == null ? ShuffleNetV2Variant.X1_0 : ShuffleNetV2Variant.of(source.variant)).in(layout);
    }

    private void compare() {
        List<Architecture> networks = source.compared.equals(List.of(ALL)) ? Networks.all()
                : checked(() -> source.compared.stream().map(Networks::of).toList());
        List<Compared> rows = networks.stream()
                .map(network -> new Compared(network, NetworkSummary.of(network))).toList();
        switch (format) {
            case JSON -> Compared.COLUMNS.toMaps(rows).forEach(row -> FormatOption.printJson(out(), row));
            case CSV -> out().print(Compared.COLUMNS.toCsv(rows));
            default -> out().print(Compared.COLUMNS.toText(rows));
        }
    }

    /** A network of a comparison. */
    private record Compared(Architecture network, NetworkSummary summary) {

        static final Listing<Compared> COLUMNS = new Listing<Compared>()
                .text("network", "network", row -> row.network().networkName())
                .number("size", "image_size", row -> row.network().imageSize())
                .number("parameters", "parameters", row -> row.summary().parameters())
                .number("published", "published_parameters", row -> printed(row.network().published().parameters()))
                .number("multiply-adds", "macs", row -> row.summary().macs())
                .number("published", "published_macs", row -> printed(row.network().published().multiplyAdds()))
                .number("memory access", "memory_access", row -> row.summary().total().memoryAccess())
                .number("activations", "peak_activations", row -> row.summary().peakActivations())
                .number("FLOP/byte", "intensity", row -> row.summary().total().intensity())
                .number("fragments", "fragmentation", row -> row.summary().fragmentation())
                .number("top-1 error", "published_top1_error", row -> row.network().published().top1Error().isPresent()
                        ? row.network().published().top1Error().getAsDouble() : null)
                .text("published by", "source", row -> row.network().published().source());

        private static String printed(Optional<Figure> figure) {
            return figure.map(Figure::toString).orElse(null);
        }
    }

    private static Listing<NetworkSummary.Row> columns() {
        return new Listing<NetworkSummary.Row>()
                .text("name", "name", NetworkSummary.Row::name)
                .text("type", "type", NetworkSummary.Row::type)
                .text("output", "output", row ->
                        row.output().stream().map(String::valueOf).collect(Collectors.joining("x")))
                .number("parameters", "parameters", row -> row.cost().parameters())
                .number("multiply-adds", "macs", row -> row.cost().macs());
    }

    private static Listing<NetworkSummary.Row> costs(Listing<NetworkSummary.Row> columns) {
        return columns
                .number("memory access", "memory_access", row -> row.cost().memoryAccess())
                .number("FLOP/byte", "intensity", row -> row.cost().intensity())
                .number("fragments", "fragmentation", NetworkSummary.Row::fragmentation);
    }
}
