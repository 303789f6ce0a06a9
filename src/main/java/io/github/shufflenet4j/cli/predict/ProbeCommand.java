package io.github.shufflenet4j.cli.predict;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.data.ExcludeOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.transfer.LinearProbe;
import io.github.shufflenet4j.weights.TrainedModel;

/** {@code probe}: linear probes. */
@Command(name = "probe", mixinStandardHelpOptions = true,
        description = {"Fit a new classifier to trained weights, which stay as they are: logistic regression on the"
            + " features of DIR/train/<class>/*, in seconds where training takes minutes.",
            "A fifth of the images chooses its L2 penalty. DIR/val is for measuring only; without it, and of"
                + " DIR/<class>/*, another fifth is, on which 'train' with the same seed validates.",
            "Either may also be a folder of WebDataset's tar files, or a list, DIR/train.tsv."},
        footer = {"", "Training can go on from what it writes: 'train --weights FILE'.", "",
            "Example: shufflenet probe --data flowers --weights imagenet:x0_5 --output flowers.zip"})
public final class ProbeCommand extends ConsoleCommand {

    @Option(names = "--data", required = true, paramLabel = "DIR",
            description = "Folder of class folders, or with train and perhaps val.")
    private Path data;

    @Option(names = "--val-split", paramLabel = "F",
            description = "Share of each class's images that are for measuring, in data without val. Default: 0.2.")
    private Double validationSplit;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1", description = "Seed of that split."
            + " Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--weights", required = true, paramLabel = "FILE",
            description = "Weights whose features are used: " + ModelArgument.KINDS + " 'imagenet' alone is of the"
                    + " width that --variant says.")
    private ModelArgument weights;

    @Option(names = "--variant", paramLabel = "V",
            description = "Width for '--weights imagenet': x0_5, x1_0, x1_5 or x2_0. Default: x1_0.")
    private String variant;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "Model file to write (.zip).")
    private Path output;

    @Option(names = "--flip", description = "Learn from every image with left and right swapped as well.")
    private boolean flipped;

    @Mixin
    private ExcludeOption exclude;

    @Mixin
    private ExifOption exif;

    @Override
    public Integer call() throws Exception {
        WriteCheck.file(output);
        Optional<Double> share = checked(
                () -> Optional.ofNullable(validationSplit).map(RecipeKeys.VAL_SPLIT::checked));
        DataSplit split = DataSplit.open(Location.of(data), share, seed).without(exclude.read(), Location.of(data));
        LinearProbe probe = exif.apply(LinearProbe.load(weights.file(spec(),
                checked(() -> Optional.ofNullable(variant).map(ShuffleNetV2Variant::of))))).flipped(flipped);
        LinearProbe.Result result;
        try (ConsoleProgress progress = progress()) {
            result = probe.progress(progress.start("features", split.train().size(), "images")).fit(split.train());
        }
        warnOfSkipped(result.damaged());
        out().printf("%d classes, %d images, L2 penalty %.4f%s%n", split.train().classes().size(), result.images(),
                result.l2(),
                Double.isNaN(result.heldOutTop1()) ? "" : String.format(": top-1 %.2f %% of held-out ones",
                        result.heldOutTop1()));
        Evaluation evaluation = Evaluation.of(ImageClassifier.of(result.weights()), Evaluation.images(
                split.validation(), split.origin(), result.weights().metadata()), spec());
        warnOfSkipped(evaluation.damaged());
        EvaluationResult measured = evaluation.detail().result();
        out().println("validation: " + measured.summary());
        ModelFile.write(output, withTop1(result.weights().toModel(), measured.top1()), false);
        out().printf("written to %s%n", output);
        return 0;
    }

    private static TrainedModel withTop1(TrainedModel model, double top1) {
        Map<String, String> provenance = new TreeMap<>(model.metadata().provenance());
        provenance.put("validationTop1", String.format(Locale.ROOT, "%.3f", top1));
        return new TrainedModel(model.network(), model.metadata().withProvenance(provenance));
    }
}
