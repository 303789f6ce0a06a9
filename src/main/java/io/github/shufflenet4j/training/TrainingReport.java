package io.github.shufflenet4j.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.report.Axis;
import io.github.shufflenet4j.report.Point;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.report.Section;
import io.github.shufflenet4j.report.XyChart;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.report.Environment;
import io.github.shufflenet4j.training.report.ReportSections;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * What is known of a training run, as a page.
 *
 * @param status   how far the run is, in a few words
 * @param options  of the run
 * @param data     its images
 * @param metadata of its network
 * @param history  the epochs that have ended
 * @param record   what else is known
 */
record TrainingReport(String status, TrainingOptions options, TrainingData data, ModelMetadata metadata,
                      List<EpochMetrics> history, RunRecord record) {

    private static final String STARTING_WEIGHTS = "startingWeights";

    Report page() {
        Report page = new Report(ReportSections.network(metadata) + " on " + options.data().absolute().name())
                .subtitle(status + record.best().map(best -> String.format(Locale.ROOT,
                        ". Best top-1 accuracy %.2f %%, after epoch %d.", best.detail().result().top1(), best.epoch()))
                        .orElse("."));
        page.section("Epochs", this::curves);
        record.best().ifPresent(best -> validation(page, best));
        return page.section("Data", this::images)
                .section("How it was trained", this::training)
                .section("What it ran on", section -> section.facts("Versions and machine", Environment.facts()));
    }

    private void curves(Section section) {
        if (history.isEmpty()) {
            section.paragraph("No epoch has ended yet.");
            return;
        }
        boolean averaged = history.get(0).averaged().isPresent();
        XyChart loss = new XyChart("Loss", change("Training loss", EpochMetrics::trainLoss) + " "
                + change("Validation loss", metrics -> metrics.validation().loss()), epochs(), Axis.linear("loss"))
                .line("training", points(EpochMetrics::trainLoss))
                .line("validation", points(metrics -> metrics.validation().loss()));
        XyChart accuracy = new XyChart("Validation accuracy",
                change("Top-1 accuracy", metrics -> metrics.validation().top1()), epochs(), Axis.linear("%").to(100))
                .line("top-1", points(metrics -> metrics.validation().top1()))
                .line("top-5", points(metrics -> metrics.validation().top5()));
        if (averaged) {
            loss.line("validation, averaged", points(metrics -> ofAverage(metrics).loss()));
            accuracy.line("top-1, averaged", points(metrics -> ofAverage(metrics).top1()))
                    .line("top-5, averaged", points(metrics -> ofAverage(metrics).top5()));
        }
        section.chart(loss).chart(accuracy);
        section.chart(new XyChart("Learning rate and speed", change("Learning rate", EpochMetrics::learningRate) + " "
                + change("Training images per second", EpochMetrics::imagesPerSecond), epochs(),
                Axis.linear("learning rate").from(0)).right(Axis.linear("images per second").from(0))
                .line("learning rate", points(EpochMetrics::learningRate))
                .lineOnRight("images per second", points(EpochMetrics::imagesPerSecond)));
        section.paragraph("The loss of training is what that minimises: cross-entropy with label smoothing, and the L2"
                + " penalty; the loss of validation is plain cross-entropy. The learning rate is that of an epoch's"
                + " last step.");
    }

    private static Axis epochs() {
        return Axis.linear("epoch");
    }

    private List<Point> points(ToDoubleFunction<EpochMetrics> value) {
        return history.stream().map(metrics -> new Point(metrics.epoch(), value.applyAsDouble(metrics))).toList();
    }

    private static EvaluationResult ofAverage(EpochMetrics metrics) {
        return metrics.averaged().orElseThrow();
    }

    private String change(String what, ToDoubleFunction<EpochMetrics> value) {
        return String.format(Locale.ROOT, "%s from %.4g to %.4g.", what, value.applyAsDouble(history.get(0)),
                value.applyAsDouble(history.get(history.size() - 1)));
    }

    private void validation(Report page, RunRecord.Best best) {
        List<String> classes = metadata.classNames();
        page.section("Validation", section -> {
            section.paragraph("The network of epoch " + best.epoch() + ", in " + best.file() + ", on "
                    + ReportSections.sentence(best.detail().result()));
            ReportSections.confusion(section, best.detail(), classes);
            ReportSections.scores(section, best.detail(), classes);
        });
        page.section("The worst mistakes",
                section -> ReportSections.mistakes(section, best.detail(), data.validation()));
    }

    private void images(Section section) {
        ImageSource train = data.train();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Where", options.data().absolute());
        facts.put("Classes", train.classes().size());
        facts.put("Training images", train.size());
        facts.put("Validation images", data.validation().size());
        facts.put("Broken images", record.broken().size());
        facts.put("SHA-256 of the training images' list", data.trainPrint().sha256());
        facts.put("SHA-256 of the validation images' list", data.validationPrint().sha256());
        section.facts("Images", facts);
        ReportSections.broken(section, record.broken());
    }

    private void training(Section section) {
        Recipe recipe = options.recipe();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Network", ReportSections.network(metadata) + ", block layout " + metadata.blockLayout().label());
        facts.put("Starting weights",
                Optional.ofNullable(metadata.provenance().get(STARTING_WEIGHTS)).orElse("unknown"));
        facts.put("Seed", options.seed());
        facts.put("Duration", ReportSections.duration(record.seconds())
                + (record.sessions() > 1 ? ", in " + record.sessions() + " sessions" : ""));
        section.facts("The run", facts);
        section.code("The recipe, as recipe.yaml has it", recipe.toYaml());
        section.facts("The recipe with its defaults", recipe.settings());
    }
}
