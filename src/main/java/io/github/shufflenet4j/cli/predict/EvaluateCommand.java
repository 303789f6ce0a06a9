package io.github.shufflenet4j.cli.predict;

import java.nio.file.Path;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.LabelsOption;
import io.github.shufflenet4j.cli.model.ModelCommand;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;

/** {@code evaluate}: accuracy on labelled images. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = {"Measure top-1 and top-5 accuracy (in percent) and the loss on labelled images.",
            "Classes are matched to the model's by name, for ImageNet's also by WordNet id, or by index if they are"
                    + " numbers."},
        footer = {"", "Example: shufflenet evaluate --model runs/flowers/model.zip --data flowers/val"})
public final class EvaluateCommand extends ModelCommand {

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes; of a"
                    + " folder with val, that.")
    private Path data;

    @Mixin
    private FormatOption format;

    @Option(names = "--report", paramLabel = "FILE.html",
            description = "Page to write: confusion matrix, precision, recall and F1 per class, worst mistakes.")
    private Path report;

    @Mixin
    private LabelsOption labels;

    @Mixin
    private ExifOption exif;

    @Override
    public Integer call() throws Exception {
        if (report != null) {
            WriteCheck.file(report);
        }
        ImageClassifier classifier = exif.apply(labels.apply(globalOptions().backend() == BackendChoice.CUDA
                ? ImageClassifier.loadAsGraph(model()) : ImageClassifier.load(model())));
        Location images = DataSplit.validationIn(Location.of(data));
        Evaluation evaluation = Evaluation.of(classifier, ImageSource.open(images), images, spec());
        warnOfSkipped(evaluation.damaged());
        if (report != null) {
            evaluation.report(report, model(), classifier, Path.of(images.toString()));
        }
        EvaluationResult result = evaluation.detail().result();
        if (format.isJson()) {
            FormatOption.printJson(out(), result);
        } else {
            out().println(result.summary());
        }
        return 0;
    }
}
