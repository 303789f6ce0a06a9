package io.github.shufflenet4j.cli.predict;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.cli.console.Json;
import io.github.shufflenet4j.cli.console.OutputFormat;
import io.github.shufflenet4j.cli.model.LabelsOption;
import io.github.shufflenet4j.cli.model.ModelOption;
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
public final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private ModelOption model;

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes.")
    private Path data;

    @Option(names = "--format", defaultValue = "text", description = "text or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    @Option(names = "--report", paramLabel = "FILE.html",
            description = "Page to write, with the confusion matrix, the scores of each class and the worst mistakes.")
    private Path report;

    @Mixin
    private LabelsOption labels;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (report != null) {
            WriteCheck.file(report);
        }
        ImageClassifier classifier = labels.apply(GlobalOptions.of(spec).backend() == BackendChoice.CUDA
                ? ImageClassifier.loadAsGraph(model.file()) : ImageClassifier.load(model.file()));
        Measurement measured = Measurement.of(classifier, Location.of(data), spec);
        if (report != null) {
            measured.report(report, model.file(), classifier, data);
        }
        EvaluationResult result = measured.result();
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.JSON) {
            out.println(Json.line(result));
        } else {
            out.printf("%d images: top-1 %.2f %%, top-5 %.2f %%, loss %.4f%n", result.images(), result.top1(),
                    result.top5(), result.loss());
        }
        return 0;
    }
}
