package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.report.EventFile;
import io.github.shufflenet4j.training.report.MistakeGallery;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Writes a run's metrics, its event files for TensorBoard and its report. */
final class RunJournal implements TrainingCallback {

    /** As many as TensorBoard shows of a curve. */
    private static final int MAX_STEP_EVENTS = 1000;

    private final TrainingOptions options;
    private final TrainingData data;
    private final ModelMetadata metadata;
    private final RunFiles files;
    private final List<EpochMetrics> history;
    private TrainingState.Summary summary;
    private RunLength length;
    /** Steps from one in the event file to the next. */
    private int eventInterval;
    private EventFile events;
    /** Null before an epoch has ended. */
    private MistakeGallery gallery;
    private EvaluationResult galleryOf;
    private long mark = System.nanoTime();

    /** @param summary of the sessions before this one */
    RunJournal(TrainingOptions options, TrainingData data, ModelMetadata metadata, RunFiles files,
               List<EpochMetrics> history, TrainingState.Summary summary) {
        this.options = options;
        this.data = data;
        this.metadata = metadata;
        this.files = files;
        this.history = new ArrayList<>(history);
        this.summary = summary.withSession();
    }

    /** The summary of the run so far, for a checkpoint. */
    TrainingState.Summary summary() {
        long now = System.nanoTime();
        summary = summary.withSeconds((now - mark) / 1e9);
        mark = now;
        return summary;
    }

    @Override
    public void trainingStarted(TrainingPlan plan, ComputationGraph network) throws IOException {
        length = plan.length();
        eventInterval = Rounding.ceilDiv(length.totalSteps(), MAX_STEP_EVENTS);
        writeMetrics();
        files.writeText(Trainer.FACTS_FILE, report("").facts().toJson());
    }

    @Override
    public void stepDone(int step, double loss, double learningRate) throws IOException {
        if (step % eventInterval == 0) {
            Map<String, Double> scalars = new LinkedHashMap<>();
            scalars.put("loss/step", loss);
            scalars.put("training/learning-rate", learningRate);
            writeEvent(step, scalars);
        }
    }

    @Override
    public void imagesSkipped(List<DamagedImage> images) {
        summary = summary.withDamaged(images);
    }

    @Override
    public void epochValidated(int epoch, EvaluationDetail validation, Optional<EvaluationDetail> averaged)
            throws IOException {
        summary = summary.withValidation(epoch, Trainer.MODEL_FILE, validation);
        if (averaged.isPresent()) {
            summary = summary.withValidation(epoch, Trainer.AVERAGED_FILE, averaged.get());
        }
    }

    @Override
    public void epochDone(EpochMetrics metrics, boolean best) throws IOException {
        history.add(metrics);
        writeMetrics();
        Map<String, Double> scalars = scalars(metrics);
        scalars.values().removeIf(value -> value.isNaN());
        writeEvent(length.stepsAfter(metrics.epoch() - 1), scalars);
        EarlyStopping early = EarlyStopping.of(options.recipe());
        writeReport(metrics.epoch() == length.epochs() ? ", finished" : early.ends(history)
                ? ", ended early after " + early.patience() + " epochs without a better validation" : " so far");
    }

    @Override
    public void trainingEnded(TrainingOutcome outcome) throws IOException {
        if (!outcome.finished()) {
            int steps = length.steps(outcome.epoch() - 1);
            writeReport((outcome.step() > 0 ? " and " + outcome.step() + " of " + steps + " steps" : "") + ", stopped");
        }
    }

    private void writeMetrics() throws IOException {
        if (!history.isEmpty()) {
            files.writeText(Trainer.METRICS_FILE, EpochMetrics.csvHeader(history.get(0).averaged().isPresent()) + "\n"
                    + history.stream().map(metrics -> metrics.csvLine() + "\n").collect(Collectors.joining()));
        }
    }

    /** Appends to the event file of this session, which replaces what earlier ones say of this step and later ones. */
    private void writeEvent(int step, Map<String, Double> scalars) throws IOException {
        files.write(Trainer.TENSORBOARD_FOLDER, folder -> {
            if (events == null) {
                events = EventFile.begin(folder, step);
            }
            events.scalars(step, scalars);
        });
    }

    private static Map<String, Double> scalars(EpochMetrics metrics) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("loss/train", metrics.trainLoss());
        scalars.put("loss/val", metrics.validation().loss());
        scalars.put("accuracy/top1", metrics.validation().top1());
        scalars.put("accuracy/top5", metrics.validation().top5());
        scalars.put("accuracy/balanced", metrics.validation().balancedAccuracy());
        scalars.put("accuracy/macro-f1", metrics.validation().macroF1());
        metrics.averaged().ifPresent(averaged -> {
            scalars.put("loss/val-averaged", averaged.loss());
            scalars.put("accuracy/top1-averaged", averaged.top1());
            scalars.put("accuracy/top5-averaged", averaged.top5());
            scalars.put("accuracy/balanced-averaged", averaged.balancedAccuracy());
            scalars.put("accuracy/macro-f1-averaged", averaged.macroF1());
        });
        scalars.put("training/images-per-second", metrics.imagesPerSecond());
        return scalars;
    }

    private void writeReport(String status) throws IOException {
        TrainingReport report = report(status);
        MistakeGallery mistakes = mistakes();
        files.write(Trainer.REPORT_FILE, file -> report.page(mistakes).write(file));
        files.writeText(Trainer.FACTS_FILE, report.facts().toJson());
    }

    /** Those of the best epoch, drawn once. */
    private MistakeGallery mistakes() {
        if (summary.result() != null && (gallery == null || !summary.result().equals(galleryOf))) {
            gallery = MistakeGallery.of(summary.worst(), data.validation(), bestNetwork());
            galleryOf = summary.result();
        }
        return gallery;
    }

    /** Empty if its file was removed, say, for which no run is to fail. */
    private Optional<ImageClassifier> bestNetwork() {
        try {
            return Optional.of(ImageClassifier.load(options.output().resolve(summary.file())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private TrainingReport report(String status) {
        String progress = EpochMetrics.ended(history) + " of " + length.epochs() + " epochs";
        return new TrainingReport(progress + status, options, data,
                metadata, history, summary());
    }
}
