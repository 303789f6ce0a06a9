package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.data.ImageFolder;
import io.github.shufflenet4j.data.ImageSource;
import io.github.shufflenet4j.data.ImageSources;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.Workers;
import io.github.shufflenet4j.training.EvaluationDetail;
import io.github.shufflenet4j.training.EvaluationReport;
import io.github.shufflenet4j.training.EvaluationResult;
import io.github.shufflenet4j.training.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: accuracy on labelled images. */
@Command(name = "evaluate", mixinStandardHelpOptions = true,
        description = {"Measure top-1 and top-5 accuracy (in percent) and the loss on labelled images.",
            "Classes are matched to the model's by name, for ImageNet's also by WordNet id, or by index if they are"
                    + " numbers."},
        footer = {"", "Example: shufflenet evaluate --model runs/flowers/model.zip --data flowers/val"})
final class EvaluateCommand implements Callable<Integer> {

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
        ImageClassifier classifier = labels.apply(ImageClassifier.load(model.file()));
        int classes = classifier.metadata().classNames().size();
        ImageSource images = Evaluator.labelled(ImageSources.open(data), data, classifier.metadata().classNames());
        Evaluator evaluator = new Evaluator(classifier.metadata().preprocessing(), Workers.shared().size());
        List<BrokenImage> broken = new ArrayList<>();
        long start = System.nanoTime();
        EvaluationDetail detail = evaluator.evaluateInDetail(batch -> {
            float[] probabilities = new float[batch.size() * classes];
            classifier.probabilities(batch.features(), batch.size(), probabilities);
            return rows(probabilities, classes);
        }, images, broken);
        for (BrokenImage image : broken) {
            spec.commandLine().getErr().println("warning: skipped " + image.name() + ": " + image.reason());
        }
        EvaluationResult result = detail.result();
        if (report != null) {
            new EvaluationReport(String.valueOf(model.file().getFileName()), classifier.metadata(), data,
                    ImageFolder.open(data).fingerprint(), images, detail, broken, (System.nanoTime() - start) / 1e9)
                    .page().write(report);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (format == OutputFormat.JSON) {
            out.println(Json.line(result));
        } else {
            out.printf("%d images: top-1 %.2f %%, top-5 %.2f %%, loss %.4f%n", result.images(), result.top1(),
                    result.top5(), result.loss());
        }
        return 0;
    }

    private static float[][] rows(float[] values, int length) {
        float[][] rows = new float[values.length / length][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * length, (row + 1) * length);
        }
        return rows;
    }
}
