package io.github.shufflenet4j.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.XyChart;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.EvaluationReport;
import io.github.shufflenet4j.training.report.MistakeGallery;
import io.github.shufflenet4j.training.report.RunFacts;
import io.github.shufflenet4j.training.report.ScoreSections;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * The report of a training run.
 *
 * @param status  progress of the run, in a few words
 * @param history the epochs that have ended
 */
record TrainingReport(String status, TrainingOptions options, TrainingData data, ModelMetadata metadata,
                      List<EpochMetrics> history, TrainingState.Summary summary) {

    /** @param mistakes the worst of the best epoch */
    Report page(MistakeGallery mistakes) {
        Report page = new Report(EvaluationReport.network(metadata) + " on " + options.data().absolute().name())
                .subtitle(status + (summary.result() == null ? "." : String.format(Locale.ROOT,
                        ". Best top-1 accuracy %.2f %%, %s.", summary.result().top1(),
                        summary.epoch() == 0 ? "before the first epoch" : "after epoch " + summary.epoch())));
        page.section("Epochs", this::curves);
        summary.best().ifPresent(best -> validation(page, best, mistakes));
        return page.section("Data", this::images)
                .section("Training", this::training)
                .section("Environment", EvaluationReport::environment);
    }

    private void curves(Section section) {
        if (history.isEmpty()) {
            section.paragraph("No epoch is complete yet.");
            return;
        }
        boolean averaged = history.get(0).averaged().isPresent();
        XyChart loss = new XyChart("Loss", change("Training loss", EpochMetrics::trainLoss) + " "
                + change("Validation loss", metrics -> metrics.validation().loss()), Axis.linear("epoch"),
                Axis.linear("loss"))
                .line("training", points(EpochMetrics::trainLoss))
                .line("validation", points(metrics -> metrics.validation().loss()));
        XyChart accuracy = new XyChart("Validation accuracy",
                change("Top-1 accuracy", metrics -> metrics.validation().top1()), Axis.linear("epoch"),
                Axis.linear("%").to(100))
                .line("top-1", points(metrics -> metrics.validation().top1()))
                .line("top-5", points(metrics -> metrics.validation().top5()))
                .line("balanced accuracy", points(metrics -> metrics.validation().balancedAccuracy()))
                .line("macro F1", points(metrics -> metrics.validation().macroF1()));
        if (averaged) {
            loss.line("validation, averaged", points(metrics -> metrics.averaged().orElseThrow().loss()));
            accuracy.line("top-1, averaged", points(metrics -> metrics.averaged().orElseThrow().top1()))
                    .line("top-5, averaged", points(metrics -> metrics.averaged().orElseThrow().top5()));
        }
        section.chart(loss).chart(accuracy);
        section.chart(new XyChart("Learning rate and speed", change("Learning rate", EpochMetrics::learningRate) + " "
                + change("Training images per second", EpochMetrics::imagesPerSecond), Axis.linear("epoch"),
                Axis.linear("learning rate").from(0)).right(Axis.linear("images per second").from(0))
                .line("learning rate", points(EpochMetrics::learningRate))
                .lineOnRight("images per second", points(EpochMetrics::imagesPerSecond)));
        section.paragraph("Training loss: cross-entropy with the recipe's label smoothing, mean over the epoch's steps."
                + " Validation loss: cross-entropy. Learning rate: that of the epoch's last step.");
    }

    private List<Point> points(ToDoubleFunction<EpochMetrics> value) {
        return history.stream().map(metrics -> new Point(metrics.epoch(), value.applyAsDouble(metrics))).toList();
    }

    private String change(String what, ToDoubleFunction<EpochMetrics> value) {
        double[] known = history.stream().mapToDouble(value).filter(number -> !Double.isNaN(number)).toArray();
        return known.length == 0 ? what + "."
                : String.format(Locale.ROOT, "%s from %.4g to %.4g.", what, known[0], known[known.length - 1]);
    }

    private void validation(Report page, EvaluationDetail best, MistakeGallery mistakes) {
        page.section("Validation", section -> {
            section.paragraph((summary.epoch() == 0 ? "The network before the first epoch, in "
                    : "The network of epoch " + summary.epoch() + ", in ") + summary.file() + ", on "
                    + EvaluationReport.sentence(best.result()));
            ScoreSections.classes(section, best, metadata.classNames());
        });
        page.section("Confidence", section -> ScoreSections.confidence(section, best.confidences()));
        page.section("Worst mistakes", mistakes::fill);
    }

    /** What {@code runs compare} needs beside recipe and metrics. */
    RunFacts facts() {
        return new RunFacts(dataFacts(), runFacts(), EvaluationReport.environment(), summary.result() == null ? null
                : new RunFacts.Best(summary.epoch(), summary.file(), summary.result()));
    }

    private Map<String, String> dataFacts() {
        ImageSource train = data.train();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Folder", options.data().absolute().toString());
        facts.put("Classes", Integer.toString(train.classes().size()));
        facts.put("Training images", Integer.toString(train.size()));
        facts.put("Validation images", Integer.toString(data.validation().size()));
        if (!data.lists().isEmpty()) {
            facts.put("Split", "by class and by the run's seed, as in " + String.join(", ", data.lists().keySet()));
        }
        if (!data.excluded().names().isEmpty()) {
            facts.put("Images left out", data.excluded().names().size() + ", as in " + TrainingData.EXCLUDED_FILE);
        }
        facts.put("Unreadable images", Integer.toString(summary.damaged().size()));
        facts.put("SHA-256 of the list of training images", data.trainPrint().sha256());
        facts.put("SHA-256 of the list of validation images", data.validationPrint().sha256());
        return facts;
    }

    private void images(Section section) {
        section.facts("Images", dataFacts());
        EvaluationReport.damaged(section, summary.damaged());
    }

    private Map<String, String> runFacts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Network", EvaluationReport.network(metadata) + ", block layout " + metadata.blockLayout().label());
        facts.put("Starting weights", metadata.provenance().getOrDefault("startingWeights", "unknown"));
        facts.put("Seed", Long.toString(options.seed()));
        facts.put(RunFacts.DURATION, EvaluationReport.duration(summary.seconds())
                + (summary.sessions() > 1 ? ", in " + summary.sessions() + " sessions" : ""));
        return facts;
    }

    private void training(Section section) {
        Recipe recipe = options.recipe();
        section.facts("Run", runFacts());
        section.code("Recipe, as in recipe.yaml", recipe.toYaml());
        section.facts("Recipe with its defaults", recipe.settings());
    }
}
