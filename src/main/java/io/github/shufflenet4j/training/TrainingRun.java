package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.data.AddressedRandom;
import io.github.shufflenet4j.data.Batch;
import io.github.shufflenet4j.data.BatchLoader;
import io.github.shufflenet4j.data.BrokenImage;
import io.github.shufflenet4j.data.TrainTransform;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.recipe.Recipe;
import io.github.shufflenet4j.recipe.RecipeKeys;
import io.github.shufflenet4j.weights.CheckedModelFile;
import io.github.shufflenet4j.weights.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * A run in the making: the network, where it stands, and the loop that takes it on. All that the next update depends on
 * is in its {@link #state}, the network and the moving average; so a run that goes on from a checkpoint is the run
 * that was never stopped.
 */
final class TrainingRun {

    /** The run is to stop, in the middle of what can be begun again. */
    private static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("stopped", null, false, false);
        }
    }

    private final TrainingOptions options;
    private final TrainingProgress progress;
    private final BooleanSupplier stop;
    private final TrainingData data;
    private final RunLength length;
    private final ISchedule schedule;
    private final RunFiles files;
    private final RunJournal journal;
    private final TrainedModel model;
    /** The averaged network and its average, or null. */
    private final TrainedModel averaged;
    private final MovingAverage average;

    private final List<EpochMetrics> history = new ArrayList<>();
    private int epoch;
    private int step;
    private long images;
    private double lossSum;
    private double seconds;
    private int bestIteration;
    private long lastCheckpoint = System.nanoTime();

    TrainingRun(TrainingOptions options, TrainingProgress progress, BooleanSupplier stop, TrainingData data,
                RunFiles files, TrainedModel model, Optional<TrainingState.Saved> saved) {
        this.options = options;
        this.progress = progress;
        this.stop = stop;
        this.data = data;
        this.length = RunLength.of(options.recipe(), data.train().size());
        this.schedule = LearningRates.schedule(options.recipe(), length);
        this.files = files;
        this.journal = new RunJournal(options, data, model.metadata(), files,
                saved.map(TrainingState.Saved::record).orElseGet(RunRecord::empty));
        this.model = model;
        Recipe recipe = options.recipe();
        if (recipe.find(RecipeKeys.EMA_DECAY).isPresent()) {
            this.averaged = new TrainedModel(model.network().clone(), model.metadata());
            saved.flatMap(TrainingState.Saved::average)
                    .ifPresent(stored -> averaged.network().params().assign(stored));
            int every = recipe.get(RecipeKeys.EMA_STEPS);
            double epochs = (double) length.totalSteps() / length.stepsPerEpoch();
            this.average = new MovingAverage(averaged.network().params(),
                    MovingAverage.adjusted(recipe.get(RecipeKeys.EMA_DECAY), length.batchSize(), every, epochs), every,
                    saved.map(known -> known.state().averageStarted()).orElse(false));
        } else {
            this.averaged = null;
            this.average = null;
        }
        saved.ifPresent(known -> restore(known.state()));
    }

    private void restore(TrainingState state) {
        epoch = state.epoch();
        step = state.step();
        images = state.images();
        lossSum = state.lossSum();
        seconds = state.seconds();
        bestIteration = state.bestIteration();
        state.history().forEach(ended -> history.add(ended.metrics()));
    }

    /** What a checkpoint of this moment holds beside the network. */
    private TrainingState state() {
        return new TrainingState(options.data().toAbsolutePath().normalize().toString(), options.seed(),
                data.trainPrint(), data.validationPrint(), epoch, step, images, lossSum, seconds,
                average != null && average.isStarted(), bestIteration,
                history.stream().map(TrainingState.Ended::of).toList());
    }

    /** Updates in the run so far. */
    int iteration() {
        return model.network().getConfiguration().getIterationCount();
    }

    /** Tells the progress what is about to happen. */
    void announce(boolean headReplaced, Optional<Path> checkpoint) {
        progress.started(new TrainingPlan(model.metadata().variant(), data.train().classes().size(),
                data.train().size(), data.validation().size(), length.epochs(), length.stepsPerEpoch(),
                LearningRates.peak(options.recipe(), length.batchSize()), headReplaced));
        checkpoint.ifPresent(file -> progress.resumed(file, Math.min(epoch + 1, length.epochs()),
                epoch < length.epochs() ? step : length.steps(epoch - 1)));
    }

    /** Writes what says how the run is done, and the first checkpoint. */
    void begin() throws IOException {
        files.writeText(Trainer.RECIPE_FILE, options.recipe().toYaml());
        writeCheckpoint();
    }

    /** Takes the run to its end, or to where it is to stop. */
    TrainingOutcome goOn() throws IOException {
        journal.writeMetrics(history);
        while (epoch < length.epochs()) {
            progress.epochStarted(epoch + 1, length.steps(epoch), step);
            boolean ended = train() && endEpoch();
            writeCheckpoint();
            boolean stopped = !ended || stop.getAsBoolean() && epoch < length.epochs();
            journal.writeReport(status(stopped), history);
            if (stopped) {
                return new TrainingOutcome(best(), false, epoch + 1, step);
            }
        }
        return new TrainingOutcome(best(), true, epoch, length.steps(epoch - 1));
    }

    private String status(boolean stopped) {
        String position = epoch + " of " + length.epochs() + " epochs";
        return epoch == length.epochs() ? position + ", finished"
                : !stopped ? position + " so far"
                : position + (step > 0 ? " and " + step + " of " + length.steps(epoch) + " steps" : "") + ", stopped";
    }

    private Optional<EpochMetrics> best() {
        EpochMetrics best = null;
        for (EpochMetrics metrics : history) {
            best = best == null || metrics.validation().isBetterThan(best.validation()) ? metrics : best;
        }
        return Optional.ofNullable(best);
    }

    /** What is left of an epoch's updates; false if the run is to stop. */
    private boolean train() throws IOException {
        int steps = length.steps(epoch);
        int parts = length.microBatches();
        freeze();
        if (step == steps) {
            return !stop.getAsBoolean();
        }
        TrainTransform transform = Augmentation.transform(options.recipe(), model.metadata().preprocessing());
        int warmup = LearningRates.warmupSteps(options.recipe(), length);
        long mark = System.nanoTime();
        try (Update update = Update.of(model.network(), options.recipe().frozenIn(epoch + 1), parts,
                        options.workers() > 1);
                BatchLoader loader = loader(transform, epoch, options.recipe().get(RecipeKeys.REPETITIONS), true,
                        step * parts)) {
            Batch batch = loader.next();
            while (step < steps) {
                for (; batch != null && batch.index() / parts == step; batch = loader.next()) {
                    seedDropout(batch.index() % parts);
                    update.add(BatchArrays.features(batch, transform),
                            BatchArrays.targets(batch, data.train().classes().size()));
                    images += batch.size();
                }
                if (update.isBegun()) { // else all of its images are broken
                    boolean warmingUp = iteration() < warmup;
                    apply(update);
                    if (average != null) {
                        average.update(step, warmingUp, model.network().params());
                    }
                }
                step++;
                seconds += (System.nanoTime() - mark) / 1e9;
                if (stop.getAsBoolean()) {
                    return false;
                }
                if ((System.nanoTime() - lastCheckpoint) / 60e9 >= options.checkpoints().minutes()) {
                    writeCheckpoint();
                }
                mark = System.nanoTime();
            }
            reportSkipped(loader.broken());
        }
        return true;
    }

    /** As the epoch asks for; a checkpoint knows nothing of it. */
    private void freeze() {
        Freezing.apply(model.network(), options.recipe().frozenIn(epoch + 1));
        if (averaged != null) {
            Freezing.apply(averaged.network(), options.recipe().frozenIn(epoch + 1));
        }
    }

    private void apply(Update update) throws DivergedException {
        Update.Result result = update.apply();
        if (!Double.isFinite(result.loss())) {
            throw new DivergedException(epoch + 1, result.loss(),
                    LearningRates.peak(options.recipe(), length.batchSize()));
        }
        lossSum += result.loss() * result.images();
        progress.stepDone(result.loss());
    }

    private BatchLoader loader(TrainTransform transform, int ofEpoch, int repetitions, boolean mixed, int firstBatch) {
        BatchLoader.Builder loader = BatchLoader.builder(data.train(), transform).shuffled(options.seed(), ofEpoch)
                .batchSize(length.microBatchSize()).repetitions(repetitions).dropLast(true).threads(options.threads())
                .brokenLimit(options.recipe().get(RecipeKeys.MAX_BROKEN)).startAt(firstBatch);
        if (mixed) {
            Augmentation.mixing(options.recipe()).ifPresent(loader::mixing);
        }
        return loader.open();
    }

    /** ND4J's own generator, which dropout draws from, runs on from wherever the process began. */
    private void seedDropout(int part) {
        Nd4j.getRandom().setSeed(AddressedRandom.of(AddressedRandom.Purpose.DROPOUT, options.seed(), iteration(), part)
                .nextLong());
    }

    /** Validates the epoch and writes its files; false if the run is to stop before that is done. */
    private boolean endEpoch() throws IOException {
        EvaluationDetail detail;
        Optional<EvaluationDetail> detailOfAverage;
        try {
            if (epoch == length.epochs() - 1) {
                estimateBatchNorm();
            }
            detail = validate(model);
            detailOfAverage = averaged == null ? Optional.empty() : Optional.of(validate(averaged));
        } catch (StoppedException e) {
            return false;
        }
        EvaluationResult result = detail.result();
        Optional<EvaluationResult> ofAverage = detailOfAverage.map(EvaluationDetail::result);
        model.network().incrementEpochCount();
        EpochMetrics metrics = new EpochMetrics(epoch + 1, schedule.valueAt(length.stepsAfter(epoch) - 1, epoch),
                lossSum / images, result, ofAverage, images / seconds);
        boolean isBest = best().map(best -> result.isBetterThan(best.validation())).orElse(true);
        boolean isBestAverage = ofAverage.isPresent() && history.stream().flatMap(ended -> ended.averaged().stream())
                .allMatch(earlier -> ofAverage.get().isBetterThan(earlier));
        history.add(metrics);
        if (isBest) {
            bestIteration = iteration();
            files.write(Trainer.MODEL_FILE, file -> ModelFile.write(file, described(model, result), false));
        }
        if (isBestAverage) {
            files.write(Trainer.AVERAGED_FILE,
                    file -> ModelFile.write(file, described(averaged, ofAverage.get()), false));
        }
        files.write(Trainer.LAST_FILE, file -> ModelFile.write(file, described(model, result), true));
        journal.validated(epoch + 1, Trainer.MODEL_FILE, detail);
        detailOfAverage.ifPresent(average -> journal.validated(epoch + 1, Trainer.AVERAGED_FILE, average));
        journal.writeMetrics(history);
        journal.writeEvents(metrics, epoch == 0 ? 0 : length.stepsAfter(epoch - 1), length.stepsAfter(epoch));
        progress.epochDone(metrics, isBest);
        epoch++;
        step = 0;
        images = 0;
        lossSum = 0;
        seconds = 0;
        return true;
    }

    private EvaluationDetail validate(TrainedModel subject) throws IOException {
        Evaluator evaluator = new Evaluator(subject.metadata().preprocessing(), options.threads(),
                options.recipe().get(RecipeKeys.MAX_BROKEN));
        List<BrokenImage> broken = new ArrayList<>();
        EvaluationDetail detail = evaluator.evaluateInDetail(batch -> {
            stopIfAsked();
            return subject.network().outputSingle(BatchArrays.features(batch, subject.metadata().preprocessing()))
                    .toFloatMatrix();
        }, data.validation(), broken);
        reportSkipped(broken);
        return detail;
    }

    /** From training images as an epoch after the last would show them, without mixing. */
    private void estimateBatchNorm() throws IOException {
        int batches = Math.multiplyExact(options.recipe().get(RecipeKeys.BATCH_NORM_BATCHES), length.microBatches());
        if (batches == 0) {
            return;
        }
        TrainTransform transform = Augmentation.transform(options.recipe(), model.metadata().preprocessing());
        for (TrainedModel subject : averaged == null ? List.of(model) : List.of(model, averaged)) {
            BatchNormEstimation estimation = new BatchNormEstimation(subject.network());
            try (BatchLoader loader = loader(transform, length.epochs(), 1, false, 0)) {
                for (Batch batch = loader.next(); batch != null && batch.index() < batches; batch = loader.next()) {
                    stopIfAsked();
                    seedDropout(batch.index());
                    estimation.add(BatchArrays.features(batch, transform),
                            BatchArrays.targets(batch, data.train().classes().size()));
                }
            }
        }
    }

    private void stopIfAsked() {
        if (stop.getAsBoolean()) {
            throw new StoppedException();
        }
    }

    private void reportSkipped(List<BrokenImage> broken) {
        if (!broken.isEmpty()) {
            journal.skipped(broken);
            progress.imagesSkipped(broken);
        }
    }

    private TrainedModel described(TrainedModel subject, EvaluationResult result) {
        Map<String, String> provenance = new TreeMap<>(subject.metadata().provenance());
        provenance.put("epoch", (epoch + 1) + " of " + length.epochs());
        provenance.put("validationTop1", String.format(Locale.ROOT, "%.3f", result.top1()));
        return new TrainedModel(subject.network(), subject.metadata().withProvenance(provenance));
    }

    private void writeCheckpoint() throws IOException {
        if (options.checkpoints().keep() > 0) {
            Map<String, byte[]> entries = new TrainingState.Saved(state(), options.recipe(), journal.record(),
                    Optional.ofNullable(averaged).map(TrainedModel::network).map(ComputationGraph::params)).entries();
            files.writeCheckpoint(new CheckedModelFile(model, entries), iteration(), bestIteration);
        }
        lastCheckpoint = System.nanoTime();
    }
}
