package io.github.shufflenet4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.training.CheckpointPolicy;
import io.github.shufflenet4j.training.Trainer;
import io.github.shufflenet4j.training.TrainingOptions;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.recipe.Recipe;

/** {@code quickstart}: trains and predicts within a minute, without any files. */
@Command(name = "quickstart", mixinStandardHelpOptions = true,
        description = "Render a small dataset, train ShuffleNetV2 x0.5 on it from scratch and classify unseen images."
                + " Needs no download and takes about a minute on two cores.",
        footer = {"", "Example: shufflenet quickstart"})
public final class QuickstartCommand extends ConsoleCommand {

    private static final int RENDERED_SIZE = 72;
    private static final int TRAIN_PER_CLASS = 300;
    private static final int VALIDATION_PER_CLASS = 40;
    private static final int SHOWN = 5;

    @Option(names = "--output", paramLabel = "DIR", defaultValue = "quickstart",
            description = "Folder for the dataset and the run; if it exists, a number is appended."
                    + " Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        Path folder = unused(output);
        Path data = folder.resolve("data");
        Path run = folder.resolve("run");
        out.printf("Rendering %d classes of images to %s%n", RenderedDataset.CLASSES.size(), data);
        new RenderedDataset(RENDERED_SIZE, TRAIN_PER_CLASS, VALIDATION_PER_CLASS, seed).write(data);

        out.println("Training from random weights");
        EpochMetrics best;
        try (ConsoleProgress progress = progress()) {
            best = new Trainer(progress).run(new TrainingOptions(data, run, Optional.empty(),
                    Recipe.read("quick"), seed, Workers.shared().size(), 1, CheckpointPolicy.none()))
                    .best().orElseThrow();
        }
        Path model = run.resolve(Trainer.MODEL_FILE);
        out.printf("%nAccuracy on %d unseen images: %.2f %%%n%nA few of them:%n", best.validation().images(),
                best.validation().top1());
        List<Path> samples = samples(ImageFolder.open(data.resolve("val")));
        ImageClassifier classifier = ImageClassifier.load(model);
        for (Path sample : samples) {
            Prediction first = classifier.classify(sample).get(0);
            out.printf("  %-40s %-12s %6.2f %%%n", sample, first.label(), 100 * first.probability());
        }
        out.printf("%nNext:%n"
                + "  ./shufflenet predict --model %s %s%n"
                + "  ./shufflenet evaluate --model %s --data %s%n"
                + "  ./shufflenet train --data YOUR_PHOTOS --output runs/first   (YOUR_PHOTOS/<class>/*.jpg)%n",
                model, samples.get(0), model, data.resolve("val"));
        return 0;
    }

    /** The first image of some classes. */
    private static List<Path> samples(ImageFolder folder) {
        List<Path> samples = new ArrayList<>();
        for (int i = 0; i < folder.size() && samples.size() < SHOWN; i++) {
            if (i == 0 || folder.label(i) != folder.label(i - 1)) {
                samples.add(Path.of(folder.name(i)));
            }
        }
        return samples;
    }

    /** {@code folder}, or the same with the first free number appended, so that no earlier run is lost. */
    private static Path unused(Path folder) throws IOException {
        Path candidate = folder;
        for (int number = 2; Files.exists(candidate); number++) {
            candidate = folder.resolveSibling(folder.getFileName() + "-" + number);
        }
        return candidate;
    }
}
