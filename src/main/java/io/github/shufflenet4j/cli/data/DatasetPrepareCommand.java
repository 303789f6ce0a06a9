package io.github.shufflenet4j.cli.data;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.data.preparation.DatasetDescription;
import io.github.shufflenet4j.data.preparation.DatasetPreparation;
import io.github.shufflenet4j.io.WriteCheck;

/** {@code datasets prepare}. */
@Command(name = "prepare", mixinStandardHelpOptions = true,
        description = {"Download a published dataset, check it, and lay it out as DIR/train/<class>/* and"
            + " DIR/val/<class>/*, whole or not at all. Archives go to DIR.download; when cut, the same command goes"
            + " on where it stopped.",
            "SHUFFLENET_MIRROR names another address to fetch from; HTTPS_PROXY and NO_PROXY are respected."},
        footer = {"", "Example: shufflenet datasets prepare imagenette-160 --output datasets/imagenette",
            "Example: shufflenet datasets prepare imagenet-1k --output imagenet --archive ~/Downloads"})
final class DatasetPrepareCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "As 'datasets list' prints it, or a YAML file of one's own.")
    private String name;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to make.")
    private Path output;

    @Option(names = "--archive", paramLabel = "FILE",
            description = "An archive that is here already, or a folder with archives; may be given several times.")
    private List<Path> archives = List.of();

    @Option(names = "--keep", description = "Keep the archives that were downloaded, in DIR.download.")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        WriteCheck.folder(output);
        DatasetDescription dataset = DatasetDescription.read(name);
        boolean done;
        try (ConsoleProgress progress =
                new ConsoleProgress(spec.commandLine().getOut(), spec.commandLine().getErr())) {
            done = new DatasetPreparation(GlobalOptions.of(spec).cache(), progress, progress)
                    .prepare(dataset, output, archives, keep);
        }
        spec.commandLine().getOut().printf("%s: %s%d classes, %d training and %d validation images%n", output,
                done ? "" : "is prepared already: ", dataset.classes(), dataset.trainImages(), dataset.valImages());
        return 0;
    }
}
