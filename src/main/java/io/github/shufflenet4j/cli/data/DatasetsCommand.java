package io.github.shufflenet4j.cli.data;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.preparation.DatasetDescription;
import io.github.shufflenet4j.data.preparation.DatasetFile;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.WriteCheck;

/** {@code datasets}: published ones, and one to try things on; packed, and looked at. */
@Command(name = "datasets", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "List and prepare published datasets, draw one to try things on, pack them, and look at what"
                + " training sees of one.",
        subcommands = {DatasetsCommand.ListAll.class, DatasetsCommand.Show.class, DatasetPrepareCommand.class,
            DatasetsCommand.Generate.class, ShardCommand.class, PreviewCommand.class},
        footer = {"", "Example: shufflenet datasets prepare flowers --output datasets/flowers"})
public final class DatasetsCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "name a command: list, show, prepare, generate, shard, preview");
    }

    /** {@code datasets list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the datasets that have names here.",
            footer = {"", "Example: shufflenet datasets list"})
    static final class ListAll implements Callable<Integer> {

        @Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%-15s %7s %8s %7s %9s  %s%n", "name", "classes", "train", "val", "download", "title");
            for (String name : DatasetDescription.SHIPPED) {
                DatasetDescription dataset = DatasetDescription.read(name);
                out.printf("%-15s %7d %8d %7d %9s  %s%n", name, dataset.classes(), dataset.trainImages(),
                        dataset.valImages(), download(dataset), dataset.title());
            }
            return 0;
        }

        private static String download(DatasetDescription dataset) {
            if (dataset.files().isEmpty()) {
                return "none";
            }
            return dataset.files().stream().anyMatch(file -> file.address().isEmpty()) ? "by hand"
                    : ConsoleProgress.megabytes(dataset.bytes());
        }
    }

    /** {@code datasets show}. */
    @Command(name = "show", mixinStandardHelpOptions = true,
            description = "Print what is known of a dataset: where it is, its files, its licence and terms.",
            footer = {"", "Example: shufflenet datasets show imagenette-320"})
    static final class Show implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "As 'datasets list' prints it, or a YAML file of one's own.")
        private String name;

        @Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            DatasetDescription dataset = DatasetDescription.read(name);
            PrintWriter out = spec.commandLine().getOut();
            out.println(dataset.title());
            dataset.homepage().ifPresent(homepage -> out.println("homepage:  " + homepage));
            out.println("licence:   " + dataset.licence());
            out.println("terms:     " + dataset.terms());
            out.printf("prepared:  %d classes, %d training and %d validation images%n", dataset.classes(),
                    dataset.trainImages(), dataset.valImages());
            for (DatasetFile file : dataset.files()) {
                out.println("file:      " + file.name());
                out.println("  address: " + file.address().map(Object::toString).orElse("none, by hand"));
                out.println("  bytes:   " + (file.size().isPresent() ? file.size().getAsLong() : "unknown"));
                out.println("  SHA-256: " + file.sha256().map(Sha256::prefix).orElse("unknown"));
                file.md5().ifPresent(md5 -> out.println("  MD5:     " + md5));
            }
            return 0;
        }
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
            RenderedDataset dataset =
                    ConsoleCommand.checked(spec, () -> new RenderedDataset(size, train, validation, seed));
            WriteCheck.folder(output);
            dataset.write(output);
            int classes = RenderedDataset.CLASSES.size();
            spec.commandLine().getOut().printf("%s: %d classes, %d training and %d validation images%n", output,
                    classes, classes * train, classes * validation);
            return 0;
        }
    }
}
