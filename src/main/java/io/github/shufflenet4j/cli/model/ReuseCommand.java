package io.github.shufflenet4j.cli.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.guidelines.ablation.SplitAblation;
import io.github.shufflenet4j.guidelines.reuse.ReuseReport;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.comparison.Networks;
import io.github.shufflenet4j.model.reuse.FeatureReuse;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.pretrained.OpenedNetwork;

/** {@code reuse}: feature reuse, figure 4 of the paper. */
@Command(name = "reuse", mixinStandardHelpOptions = true,
        description = {"Show which channels of each block's input come unchanged from which earlier block (figure 4 of"
            + " the paper), and with a model also the mean absolute weight on them.", "",
            "Writes reuse.html, reuse.md and reuse.csv. --ablation instead trains ShuffleNetV2 x0.5 with units that let"
            + " none, a quarter, half or three quarters of their channels pass, three seeds each, on rendered images,"
            + " and writes ablation.html, ablation.md and ablation.csv."},
        footer = {"", "Example: shufflenet reuse --network shufflenet_v2_x1_0 --output reuse",
            "         shufflenet reuse --model densenet121.pth --output reuse"})
public final class ReuseCommand extends ConsoleCommand {

    private static final int TRAIN_PER_CLASS = 200;
    private static final int VALIDATION_PER_CLASS = 100;
    private static final int EPOCHS = 24;
    private static final int SEEDS = 3;
    private static final Duration TIMING = Duration.ofSeconds(20);

    /** The network. */
    static final class Source {
        @Option(names = "--network", paramLabel = "NAME", description = "Any network of this library, such as"
                + " densenet_121; a width of ShuffleNet V2 in both block layouts; an unknown name lists all.")
        private String network;

        @Option(names = "--model", paramLabel = "FILE", description = "A trained network: " + ModelArgument.KINDS
                + " Weights of torchvision's DenseNet, too.")
        private ModelArgument model;

        @Option(names = "--ablation", description = "Vary the share of channels that pass; takes minutes.")
        private boolean ablation;
    }

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(names = "--output", required = true, paramLabel = "DIR",
            description = "Folder for the report; created if it does not exist.")
    private Path output;

    @Override
    public Integer call() throws Exception {
        WriteCheck.folder(output);
        if (source.ablation) {
            SplitAblation ablation = new AblationRun(TRAIN_PER_CLASS, VALIDATION_PER_CLASS, EPOCHS, SEEDS,
                    TIMING, err()::println).run();
            out().print(ablation.table());
            ablation.write(output).forEach(file -> out().println("wrote " + file));
            return 0;
        }
        new ReuseReport(networks()).write(output).forEach(file -> out().println("wrote " + file));
        return 0;
    }

    private List<FeatureReuse> networks() throws Exception {
        if (source.network != null) {
            Architecture network = checked(() -> Networks.of(source.network));
            return ReuseReport.of(network);
        }
        OpenedNetwork model = ModelLoader.loadNetwork(source.model.file(spec()));
        return List.of(FeatureReuse.of(model.title(), model.network(), model.inputType()));
    }
}
