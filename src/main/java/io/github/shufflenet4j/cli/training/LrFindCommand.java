package io.github.shufflenet4j.cli.training;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.apache.commons.io.FilenameUtils;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.LearningRateFinder;
import io.github.shufflenet4j.training.TrainingBackend;
import io.github.shufflenet4j.training.TrainingOptions;

/** {@code lr-find}: a learning rate range test. */
@Command(name = "lr-find", mixinStandardHelpOptions = true,
        description = {"Find a learning rate: take steps as 'train' does with the same options, while the learning rate"
            + " grows exponentially, and draw the loss over it (Smith 2017, as fastai's lr_find).",
            "Suggests a tenth of the learning rate at which the smoothed loss is lowest, and names the one at which it"
                + " falls most steeply. Ends early once the loss is four times its lowest.",
            "Writes FILE.html and FILE.csv, and nothing else. --epochs and --learning-rate have no effect."},
        footer = {"", "Example: shufflenet lr-find --data flowers --weights imagenet:x0_5"})
public final class LrFindCommand extends ConsoleCommand {

    private static final String PAGE_ENDING = ".html";

    @Mixin
    private RecipeArguments arguments;

    @Option(names = "--from", paramLabel = "R", defaultValue = "1e-6",
            description = "Learning rate of the first step. Default: ${DEFAULT-VALUE}.")
    private double from;

    @Option(names = "--to", paramLabel = "R", defaultValue = "10",
            description = "Learning rate of the last step. Default: ${DEFAULT-VALUE}.")
    private double to;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--output", paramLabel = "FILE.html", defaultValue = "lr-find.html",
            description = "Page to write. The CSV file is beside it. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Override
    public Integer call() throws Exception {
        if (arguments.data() == null) {
            throw usage("Missing required option: '--data'");
        }
        String name = output.getFileName().toString();
        if (!name.endsWith(PAGE_ENDING)) {
            throw usage("--output must end in " + PAGE_ENDING + ", got " + output);
        }
        Path csv = output.resolveSibling(FilenameUtils.removeExtension(name) + ".csv");
        WriteCheck.file(output);
        WriteCheck.file(csv);
        LearningRateFinder finder = checked(() -> new LearningRateFinder(from, to, steps));
        TrainingOptions options = arguments.options(TrainingBackend.local(), output, 1, CheckpointPolicy.none(),
                UnaryOperator.identity());
        LearningRateFinder.Result result;
        try (ConsoleProgress progress = progress()) {
            result = finder.run(options, progress.start("learning rates", steps, "steps"));
        }
        warnOfSkipped(result.damaged());
        result.page().write(output);
        AtomicFile.writeText(csv, result.curve().toCsv());
        out().println(result.sentence());
        out().printf("%d steps, drawn in %s, listed in %s%n", result.curve().steps().size(), output, csv);
        return 0;
    }
}
