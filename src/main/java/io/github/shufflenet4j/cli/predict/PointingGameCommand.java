package io.github.shufflenet4j.cli.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

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
            "The map of an image's true class scores if its largest value lies on the object. Also measured: the share"
                    + " of the map's positive values on the object. Both are shown beside what chance gives."},
        footer = {"", "Example: shufflenet pointing-game --model model.zip --data shapes/val --masks masks"})
public final class PointingGameCommand extends ModelCommand {

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders; of a folder with val, that.")
    private Path data;

    @Option(names = "--masks", required = true, paramLabel = "DIR",
            description = "Folder with a mask for each image, white on black: DIR/<class>/<name of the image>.png.")
    private Path masks;

    @Option(names = "--tolerance", paramLabel = "PIXELS", defaultValue = "15",
            description = "Distance from the object at which a point still counts as on it, in the second line."
                    + " Default: ${DEFAULT-VALUE}.")
    private int tolerance;

    @Mixin
    private FormatOption format;

    @Mixin
    private ExifOption exif;

    @Override
    public Integer call() throws Exception {
        checked(() -> Checks.atLeast("--tolerance", tolerance, 0));
        ImageClassifier classifier = exif.apply(ImageClassifier.load(model()));
        Location place = DataSplit.validationIn(Location.of(data));
        ImageSource images = Evaluator.labelled(ImageSource.open(place), place.toString(),
                classifier.metadata().classNames());
        List<PointingGame> games = new ArrayList<>(List.of(new PointingGame(0)));
        if (tolerance > 0) {
            games.add(new PointingGame(tolerance));
        }
        try (ConsoleProgress progress = progress()) {
            IntConsumer done = progress.start("pointing game", images.size(), "images");
            for (int sample = 0; sample < images.size(); sample++) {
                play(games, classifier, images, sample);
                done.accept(sample + 1);
            }
        }
        List<PointingGame.Result> results = games.stream().map(PointingGame::result).toList();
        if (format.isJson()) {
            for (PointingGame.Result result : results) {
                FormatOption.printJson(out(), result);
            }
        } else {
            print(results);
        }
        return 0;
    }

    private void play(List<PointingGame> games, ImageClassifier classifier, ImageSource images, int sample)
            throws IOException {
        String name = images.name(sample);
        Explanation explanation = classifier.explain(new EncodedImage(images.read(sample), name,
                classifier.metadata().preprocessing().ignoreExif()).decode(), images.label(sample));
        Path image = Path.of(name);
        Path file = masks.resolve(image.getParent().getFileName())
                .resolve(image.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".png");
        Mask mask = Mask.of(ImageDecoder.read(file));
        try {
            for (PointingGame game : games) {
                game.add(explanation, explanation.maps().get(0), mask);
            }
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": " + e.getMessage(), e);
        }
    }

    private void print(List<PointingGame.Result> results) {
        Table table = new Table("Share of the images").text("share of images whose point is").number("map")
                .number("at random").number("centre");
        for (PointingGame.Result result : results) {
            table.row(result.tolerance() == 0 ? "on the object" : "within " + result.tolerance() + " pixels of it",
                    percent(result.hits()), percent(result.randomHits()), percent(result.centerHits()));
        }
        PointingGame.Result result = results.get(0);
        out().print(table.toText());
        out().printf(Locale.ROOT, "%nOf the maps' positive values %s lie on the objects, which cover %s of the inputs,"
                + " in %d images.%n", percent(result.energy()), percent(result.area()), result.images());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
