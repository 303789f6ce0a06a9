package io.github.shufflenet4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.github.shufflenet4j.data.RenderedDataset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code datasets}: data to try things on, to pack, and to look at. */
@Command(name = "datasets", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "Make datasets to try things on, pack them, and look at what training sees of one.",
        subcommands = {DatasetsCommand.Generate.class, ShardCommand.class, PreviewCommand.class},
        footer = {"", "Example: shufflenet datasets generate --output datasets/rendered"})
final class DatasetsCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: generate, shard, preview");
    }

    /** {@code datasets generate}. */
    @Command(name = "generate", mixinStandardHelpOptions = true,
            description = "Render a small ImageNet-style dataset: ten classes of drawn shapes, JPEG files in"
                    + " DIR/train/<class> and DIR/val/<class>. The same seed gives the same images.",
            footer = {"", "Example: shufflenet datasets generate --output datasets/rendered"})
    static final class Generate implements Callable<Integer> {

        @Option(names = "--output", required = true, paramLabel = "DIR",
                description = "Folder to make; must not exist or be empty.")
        private Path output;

        @Option(names = "--size", paramLabel = "PIXELS", defaultValue = "72",
                description = "Width and height. Default: ${DEFAULT-VALUE}.")
        private int size;

        @Option(names = "--train", paramLabel = "N", defaultValue = "150",
                description = "Training images in each class. Default: ${DEFAULT-VALUE}.")
        private int train;

        @Option(names = "--val", paramLabel = "N", defaultValue = "40",
                description = "Validation images in each class. Default: ${DEFAULT-VALUE}.")
        private int validation;

        @Option(names = "--seed", paramLabel = "K", defaultValue = "1",
                description = "Default: ${DEFAULT-VALUE}.")
        private long seed;

        @Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            RenderedDataset dataset;
            try {
                dataset = new RenderedDataset(size, train, validation, seed);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            dataset.write(output);
            int classes = RenderedDataset.CLASSES.size();
            spec.commandLine().getOut().printf("%s: %d classes, %d training and %d validation images%n", output,
                    classes, classes * train, classes * validation);
            return 0;
        }
    }
}
