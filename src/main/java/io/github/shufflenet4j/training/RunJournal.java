package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.report.EventFile;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Tells of a run to those who look at its files: metrics, event files for TensorBoard, and the report. */
final class RunJournal {

    private final TrainingOptions options;
    private final TrainingData data;
    private final ModelMetadata metadata;
    private final RunFiles files;
    private RunRecord record;
    private EventFile events;
    private long mark = System.nanoTime();

    /** @param record what is known from the sessions before this one */
    RunJournal(TrainingOptions options, TrainingData data, ModelMetadata metadata, RunFiles files, RunRecord record) {
        this.options = options;
        this.data = data;
        this.metadata = metadata;
        this.files = files;
        this.record = record.begun();
    }

    /** What a checkpoint of this moment is to hold. */
    RunRecord record() {
        long now = System.nanoTime();
        record = record.after((now - mark) / 1e9);
        mark = now;
        return record;
    }

    /** Images could not be read. */
    void skipped(List<BrokenImage> broken) {
        record = record.withBroken(broken);
    }

    /** A network of the run was validated, which is or would be in {@code file}. */
    void validated(int epoch, String file, EvaluationDetail detail) {
        record = record.withValidation(epoch, file, detail);
    }

    /** Writes the metrics of all epochs that have ended. */
    void writeMetrics(List<EpochMetrics> history) throws IOException {
        if (!history.isEmpty()) {
            files.writeText(Trainer.METRICS_FILE, EpochMetrics.csvHeader(history.get(0).averaged().isPresent()) + "\n"
                    + history.stream().map(metrics -> metrics.csvLine() + "\n").collect(Collectors.joining()));
        }
    }

    /**
     * Appends an epoch's metrics to the event file of this session, at the number of updates done.
     *
     * @param metrics of the epoch
     * @param before  updates before it
     * @param after   updates at its end
     */
    void writeEvents(EpochMetrics metrics, int before, int after) throws IOException {
        files.write(Trainer.TENSORBOARD_FOLDER, folder -> {
            if (events == null) {
                events = EventFile.begin(folder, before + 1);
            }
            events.scalars(after, scalars(metrics));
        });
    }

    private static Map<String, Double> scalars(EpochMetrics metrics) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("loss/train", metrics.trainLoss());
        scalars.put("loss/val", metrics.validation().loss());
        scalars.put("accuracy/top1", metrics.validation().top1());
        scalars.put("accuracy/top5", metrics.validation().top5());
        metrics.averaged().ifPresent(averaged -> {
            scalars.put("loss/val-averaged", averaged.loss());
            scalars.put("accuracy/top1-averaged", averaged.top1());
            scalars.put("accuracy/top5-averaged", averaged.top5());
        });
        scalars.put("training/learning-rate", metrics.learningRate());
        scalars.put("training/images-per-second", metrics.imagesPerSecond());
        return scalars;
    }

    /** Writes the page that tells of the run so far. */
    void writeReport(String status, List<EpochMetrics> history) throws IOException {
        TrainingReport report = new TrainingReport(status, options, data, metadata, history, record());
        files.write(Trainer.REPORT_FILE, file -> report.page().write(file));
    }
}
