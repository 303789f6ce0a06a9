package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import io.github.shufflenet4j.analysis.NetworkSummary;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.Networks;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.weights.ModelLoader;
import io.github.shufflenet4j.weights.TrainedModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code summary}: layers, shapes, parameters, multiply-adds. */
@Command(name = "summary", mixinStandardHelpOptions = true,
        description = "List the layers of a network with shapes, parameters and multiply-adds for one image.",
        footer = {"", "Example: shufflenet summary --variant x1_0 --format json"})
final class SummaryCommand implements Callable<Integer> {

    /** The network: one of a file, or a new one. */
    static final class Source {
        @Option(names = "--model", paramLabel = "FILE", description = "The network: " + ModelArgument.KINDS)
        private ModelArgument model;

        @Option(names = "--variant", paramLabel = "V",
                description = "x0_25, x0_33, x0_5, x1_0, x1_5 or x2_0, for 1000 classes at 224x224. Default: x1_0.")
        private String variant;

        @Option(names = "--network", paramLabel = "NAME", description = "Any network of the library, such as "
                + "mobilenet_v2_x1_0, for 1000 classes at the size of its published figures; a wrong name lists all.")
        private String network;
    }

    @ArgGroup
    private Source source = new Source();

    @Option(names = "--layout", paramLabel = "L", defaultValue = "torchvision",
            description = "With --variant: torchvision or megvii (the authors'). Default: ${DEFAULT-VALUE}.")
    private BlockLayout layout;

    @Option(names = "--format", defaultValue = "text", description = "text or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        NetworkSummary summary;
        if (source.model != null) {
            TrainedModel model = ModelLoader.load(source.model.file(spec));
            summary = NetworkSummary.of(model.network(), model.metadata().inputType());
        } else {
            ImageModel model = newModel();
            summary = NetworkSummary.of(model.init(), model.inputType());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.JSON) {
            out.println(Json.line(summary));
        } else {
            out.printf("%-32s %-22s %-18s %12s %14s%n", "name", "type", "output", "parameters", "multiply-adds");
            for (NetworkSummary.Row row : summary.rows()) {
                out.printf("%-32s %-22s %-18s %,12d %,14d%n",
                        row.name(), row.type(), row.output(), row.parameters(), row.macs());
            }
            out.printf("%-74s %,12d %,14d%n", "total", summary.parameters(), summary.macs());
            out.printf("and %,d running means and variances of batch norm%n", summary.runningStatistics());
            if (source.network != null) {
                out.println("published: " + Networks.of(source.network).published());
            }
        }
        return 0;
    }

    private ImageModel newModel() {
        if (source.network != null) {
            return ZooNetwork.builder(Networks.of(source.network)).build();
        }
        ShuffleNetV2Variant variant =
                source.variant == null ? ShuffleNetV2Variant.X1_0 : ShuffleNetV2Variant.of(source.variant);
        return ShuffleNetV2.builder().variant(variant).blockLayout(layout).build();
    }
}
