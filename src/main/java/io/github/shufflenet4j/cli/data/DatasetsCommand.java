package io.github.shufflenet4j.cli.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
import io.github.shufflenet4j.data.preparation.DatasetPreparation;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.data.source.ShardWriter;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.training.evaluation.Evaluator;

/** {@code datasets} and its commands. */
@Command(name = "datasets", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "List and prepare published datasets, draw a small one, pack them into tar files,"
                + " preview what training sees, and look for faults.",
        subcommands = {DatasetsCommand.ListAll.class, DatasetsCommand.Show.class, DatasetsCommand.Prepare.class,
            DatasetsCommand.Generate.class, DatasetsCommand.Shard.class, PreviewCommand.class,
            AuditCommand.class},
        footer = {"", "Example: shufflenet datasets prepare flowers --output datasets/flowers"})
public final class DatasetsCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "name a command: list, show, prepare, generate, shard, preview, audit");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the datasets that have names here.",
            footer = {"", "Example: shufflenet datasets list"})
    static final class ListAll extends ConsoleCommand {

        @Override
        public Integer call() throws Exception {
            out().printf("%-15s %7s %8s %7s %9s  %s%n", "name", "classes", "train", "val", "download", "title");
            for (String name : DatasetDescription.SHIPPED) {
                DatasetDescription dataset = DatasetDescription.read(name);
                out().printf("%-15s %7d %8d %7d %9s  %s%n", name, dataset.classes(), dataset.trainImages(),
                        dataset.valImages(), download(dataset), dataset.title());
            }
            return 0;
        }

        private static String download(DatasetDescription dataset) {
            if (dataset.files().isEmpty()) {
                return "none";
            }
            return dataset.files().stream().anyMatch(file -> file.uri().isEmpty()) ? "by hand"
                    : ConsoleProgress.megabytes(dataset.bytes());
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true,
            description = "Describe a dataset: its source, files, licence and terms.",
            footer = {"", "Example: shufflenet datasets show imagenette-320"})
    static final class Show extends ConsoleCommand {

        @Parameters(paramLabel = "NAME", description = "As 'datasets list' prints it, or a YAML file of one's own.")
        private String name;

        @Override
        public Integer call() throws Exception {
            DatasetDescription dataset = DatasetDescription.read(name);
            out().println(dataset.title());
            dataset.homepage().ifPresent(homepage -> out().println("homepage:  " + homepage));
            out().println("licence:   " + dataset.licence());
            out().println("terms:     " + dataset.terms());
            out().printf("prepared:  %d classes, %d training and %d validation images%n", dataset.classes(),
                    dataset.trainImages(), dataset.valImages());
            for (DatasetFile file : dataset.files()) {
                out().println("file:      " + file.name());
                out().println("  address: " + file.uri().map(Object::toString).orElse("none, by hand"));
                out().println("  bytes:   " + (file.size().isPresent() ? file.size().getAsLong() : "unknown"));
                out().println("  SHA-256: " + file.sha256().map(Sha256::prefix).orElse("unknown"));
                file.md5().ifPresent(md5 -> out().println("  MD5:     " + md5));
            }
            return 0;
        }
    }

    @Command(name = "prepare", mixinStandardHelpOptions = true,
            description = {"Download a published dataset, check it, and lay it out as DIR/train/<class>/* and"
                + " DIR/val/<class>/*, completely or not at all. Archives go to DIR.download; if interrupted, the same"
                + " command resumes.",
                "SHUFFLENET_MIRROR names another URI to download from; HTTPS_PROXY and NO_PROXY are respected."},
            footer = {"", "Example: shufflenet datasets prepare imagenette-160 --output datasets/imagenette",
                "Example: shufflenet datasets prepare imagenet-1k --output imagenet --archive ~/Downloads"})
    static final class Prepare extends ConsoleCommand {

        @Parameters(paramLabel = "NAME", description = "As 'datasets list' prints it, or a YAML file of one's own.")
        private String name;

        @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to make.")
        private Path output;

        @Option(names = "--archive", paramLabel = "FILE",
                description = "An archive that was downloaded before, or a folder of them; may be repeated.")
        private List<Path> archives = List.of();

        @Option(names = "--keep", description = "Keep downloaded archives in DIR.download.")
        private boolean keep;

        @Override
        public Integer call() throws Exception {
            WriteCheck.folder(output);
            DatasetDescription dataset = DatasetDescription.read(name);
            boolean done;
            try (ConsoleProgress progress = progress()) {
                done = new DatasetPreparation(globalOptions().cache(), progress)
                        .prepare(dataset, output, archives, keep);
            }
            out().printf("%s: %s%d classes, %d training and %d validation images%n", output,
                    done ? "" : "is prepared already: ", dataset.classes(), dataset.trainImages(), dataset.valImages());
            return 0;
        }
    }

    @Command(name = "generate", mixinStandardHelpOptions = true,
            description = "Render a small ImageNet-style dataset: ten classes of drawn shapes, JPEG files in"
                    + " DIR/train/<class> and DIR/val/<class>. The same seed gives the same images.",
            footer = {"", "Example: shufflenet datasets generate --output datasets/rendered"})
    static final class Generate extends ConsoleCommand {

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

        @Option(names = "--scale", paramLabel = "S", defaultValue = "1",
                description = "Size of the shapes, 0.1 to 1; smaller ones lie farther from the centre."
                        + " Default: ${DEFAULT-VALUE}.")
        private double scale;

        @Option(names = "--masks", paramLabel = "DIR",
                description = "Folder to make with masks of the validation images' shapes, DIR/<class>/*.png, for"
                        + " pointing-game.")
        private Path masks;

        @Override
        public Integer call() throws Exception {
            RenderedDataset dataset = checked(() -> new RenderedDataset(size, train, validation, seed, scale));
            WriteCheck.folder(output);
            if (masks != null) {
                WriteCheck.folder(masks);
                WriteCheck.emptyFolder(masks);
            }
            dataset.write(output);
            if (masks != null) {
                dataset.writeMasks(masks);
            }
            int classes = RenderedDataset.CLASSES.size();
            out().printf("%s: %d classes, %d training and %d validation images%n", output, classes, classes * train,
                    classes * validation);
            return 0;
        }
    }

    @Command(name = "shard", mixinStandardHelpOptions = true,
            description = {"Pack images into tar files in WebDataset's form, which train, evaluate and preview read as"
                        + " well.",
                "Of a folder with train and val both are packed, under the classes of train. Files are copied as they"
                    + " are, in a random order that is always the same."},
            footer = {"", "Example: shufflenet datasets shard --data flowers --output flowers-shards"})
    static final class Shard extends ConsoleCommand {

        @Option(names = "--data", required = true, paramLabel = "DATA",
                description = "Folder with train and val, a folder of class folders, or a list of paths and classes.")
        private Path data;

        @Option(names = "--output", required = true, paramLabel = "DIR",
                description = "Folder to make; must not exist or be empty.")
        private Path output;

        @Option(names = "--images-per-shard", paramLabel = "N", defaultValue = "1000",
                description = "Images in a tar file. Default: ${DEFAULT-VALUE}.")
        private int imagesPerShard;

        @Override
        public Integer call() throws Exception {
            ShardWriter writer = checked(() -> new ShardWriter(imagesPerShard));
            WriteCheck.folder(output);
            Map<String, ImageSource> parts = parts();
            writer.write(output, parts);
            parts.forEach((part, images) -> out().printf("%s: %d classes, %d images in %d tar files%n",
                    output.resolve(part), images.classes().size(), images.size(),
                    Rounding.ceilDiv(images.size(), imagesPerShard)));
            return 0;
        }

        private Map<String, ImageSource> parts() throws IOException {
            Location folder = Location.of(data);
            Location train = ImageSource.split(folder, "train");
            Location validation = ImageSource.split(folder, "val");
            if (!train.exists() || !validation.exists()) {
                return Map.of("", ImageSource.open(folder));
            }
            Map<String, ImageSource> parts = new LinkedHashMap<>();
            parts.put("train", ImageSource.open(train));
            parts.put("val", Evaluator.labelled(ImageSource.open(validation), validation.toString(),
                    parts.get("train").classes()));
            return parts;
        }
    }
}
