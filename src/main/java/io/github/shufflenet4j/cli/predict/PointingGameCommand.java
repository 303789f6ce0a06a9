package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.EncodedImage;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.Mask;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.explain.PointingGame;
import io.github.shufflenet4j.inference.Explanation;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.training.evaluation.Evaluator;

/** {@code pointing-game}: whether class activation maps point at the objects. */
@Command(name = "pointing-game", mixinStandardHelpOptions = true,
        description = {"Measure whether class activation maps point at the objects, on labelled images with masks.",
            "Prints how many maps of the true classes have their maximum on the object, how many images have their"
                    + " centre there, the share of the maps' positive values there, and the object's share of the"
                    + " area, which is what chance gives."},
        footer = {"", "Example: shufflenet pointing-game --model model.zip --data shapes/val --masks masks"})
public final class PointingGameCommand extends ModelCommand {

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders; of a folder with val, that.")
    private Path data;

    @Option(names = "--masks", required = true, paramLabel = "DIR",
            description = "Folder with a mask for each image, white on black: DIR/<class>/<name of the image>.png.")
    private Path masks;

    @Option(names = "--tolerance", paramLabel = "PIXELS", defaultValue = "15",
            description = "Distance from the object at which a point counts in the last line."
                    + " Default: ${DEFAULT-VALUE}.")
    private int tolerance;

    @Mixin
    private FormatOption format;

    @Mixin
    private ExifOption exif;

    /** Where a point counts, and the points that were there. */
    private record Target(String name, UnaryOperator<Mask> area, PointingGame game) {
    }

    @Override
    public Integer call() throws Exception {
        checked(() -> Checks.atLeast("--tolerance", tolerance, 0));
        ImageClassifier classifier = exif.apply(ImageClassifier.load(model()));
        Location place = DataSplit.validationIn(Location.of(data));
        ImageSource images = Evaluator.labelled(ImageSource.open(place), place.toString(),
                classifier.metadata().classNames());
        List<Target> targets = List.of(new Target("on the object", UnaryOperator.identity(), new PointingGame()),
                new Target("in its convex hull", Mask::convexHull, new PointingGame()),
                new Target("within " + tolerance + " pixels of it", mask -> mask.dilated(tolerance),
                        new PointingGame()));
        try (ConsoleProgress progress = progress()) {
            IntConsumer done = progress.start("pointing game", images.size(), "images");
            for (int sample = 0; sample < images.size(); sample++) {
                play(targets, classifier, images, sample);
                done.accept(sample + 1);
            }
        }
        if (format.isJson()) {
            Map<String, PointingGame.Result> results = new LinkedHashMap<>();
            targets.forEach(target -> results.put(target.name(), target.game().result()));
            FormatOption.printJson(out(), results);
        } else {
            print(targets);
        }
        return 0;
    }

    private void play(List<Target> targets, ImageClassifier classifier, ImageSource images, int sample)
            throws IOException {
        String name = images.name(sample);
        Explanation explanation = classifier.explain(new EncodedImage(images.read(sample), name,
                classifier.metadata().preprocessing().ignoreExif()).decode(), images.label(sample));
        Path image = Path.of(name);
        Path file = masks.resolve(image.getParent().getFileName())
                .resolve(image.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".png");
        Mask mask = Mask.of(ImageDecoder.read(file));
        try {
            for (Target target : targets) {
                target.game().add(explanation, explanation.maps().get(0), target.area().apply(mask));
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    private void print(List<Target> targets) {
        Table table = new Table("Pointing game").text("").number("maximum").number("centre").number("positive values")
                .number("area");
        for (Target target : targets) {
            PointingGame.Result result = target.game().result();
            table.row(target.name(), percent(result.hits()), percent(result.centerHits()), percent(result.energy()),
                    percent(result.area()));
        }
        out().print(table.toText());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
