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
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.training.evaluation.BatchNormEstimation;
import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.EvaluationResult;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.LearningRates;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.MovingAverage;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;
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
    private final TrainingEnvironment environment;
    private final TrainingTask task;
    private final TrainingEngine engine;
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

    TrainingRun(TrainingOptions options, TrainingProgress progress, BooleanSupplier stop,
                TrainingEnvironment environment, TrainingData data, RunFiles files, TrainedModel model,
                Optional<TrainingState.Saved> saved) throws IOException {
        this.options = options;
        this.progress = progress;
        this.stop = stop;
        this.data = data;
        this.environment = environment;
        this.task = new TrainingTask(data.train(), options.recipe(), model.metadata().preprocessing(), options.seed());
        this.engine = environment.engine(task, data.validation(), model.network(), options);
        this.length = task.length();
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
        return new TrainingState(options.data().absolute().toString(), options.seed(),
                data.trainPrint(), data.validationPrint(), epoch, step, images, lossSum, seconds,
                average != null && average.isStarted(), bestIteration,
                history.stream().map(TrainingState.Ended::of).toList());
    }

    /** Updates in the run so far. */
    int iteration() {
        return model.network().getConfiguration().getIterationCount();
    }

    /** Tells the progress what is about to happen. */
    void announce(Optional<StartingHead> head, Optional<Path> checkpoint) {
        progress.started(new TrainingPlan(model.metadata().variant(), data.train().classes().size(),
                data.train().size(), data.validation().size(), length.epochs(), length.stepsPerEpoch(),
                LearningRates.peak(options.recipe(), length.batchSize()), head));
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
                return new TrainingOutcome(best(), bestAverage(), false, epoch + 1, step);
            }
        }
        return new TrainingOutcome(best(), bestAverage(), true, epoch, length.steps(epoch - 1));
    }

    private String status(boolean stopped) {
        String position = epoch + " of " + length.epochs() + " epochs";
        return epoch == length.epochs() ? position + ", finished"
                : !stopped ? position + " so far"
                : position + (step > 0 ? " and " + step + " of " + length.steps(epoch) + " steps" : "") + ", stopped";
    }

    private Optional<EpochMetrics> best() {
        return history.stream().reduce((best, next) ->
                next.validation().isBetterThan(best.validation()) ? next : best);
    }

    private Optional<EpochMetrics> bestAverage() {
        return history.stream().filter(ended -> ended.averaged().isPresent()).reduce((best, next) ->
                next.averaged().get().isBetterThan(best.averaged().get()) ? next : best);
    }

    /** What is left of an epoch's updates; false if the run is to stop. */
    private boolean train() throws IOException {
        int steps = length.steps(epoch);
        freeze();
        model.network().getListeners().forEach(listener -> listener.onEpochStart(model.network()));
        if (step == steps) {
            return !stop.getAsBoolean();
        }
        int warmup = LearningRates.warmupSteps(options.recipe(), length);
        long mark = System.nanoTime();
        try (TrainingEngine.Updates updates = engine.updates(epoch, step)) {
            while (step < steps) {
                boolean warmingUp = iteration() < warmup;
                List<StepResult> done = undisturbed(updates::next);
                if (account(done) && average != null) {
                    average.update(step, warmingUp, model.network().params());
                }
                step += done.size();
                seconds += (System.nanoTime() - mark) / 1e9;
                if (stop.getAsBoolean()) {
                    return false;
                }
                if ((System.nanoTime() - lastCheckpoint) / 60e9 >= options.checkpoints().minutes()) {
                    writeCheckpoint();
                }
                mark = System.nanoTime();
            }
            reportSkipped(updates.broken());
        } catch (StoppedException e) {
            return false;
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

    private interface EngineCall<T> {
        T make() throws IOException;
    }

    /** What fails while the process goes down may fail because of that; the run is then where it was before. */
    private <T> T undisturbed(EngineCall<T> call) throws IOException {
        try {
            return call.make();
        } catch (IOException | RuntimeException e) {
            stopIfAsked();
            throw e;
        }
    }

    /** Whether there was an update; all images of one can be broken. */
    private boolean account(List<StepResult> done) throws DivergedException {
        boolean updated = false;
        for (StepResult result : done) {
            if (!Double.isFinite(result.loss())) {
                throw new DivergedException(epoch + 1, result.loss(),
                        LearningRates.peak(options.recipe(), length.batchSize()));
            }
            if (result.images() > 0) {
                updated = true;
                images += result.images();
                lossSum += result.loss() * result.images();
                progress.stepDone(result.loss());
            }
        }
        return updated;
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
        model.network().getListeners().forEach(listener -> listener.onEpochEnd(model.network()));
        model.network().incrementEpochCount();
        EpochMetrics metrics = new EpochMetrics(epoch + 1, schedule.valueAt(length.stepsAfter(epoch) - 1, epoch),
                lossSum / images, result, ofAverage, images / seconds);
        boolean isBest = best().map(best -> result.isBetterThan(best.validation())).orElse(true);
        boolean isBestAverage = ofAverage.isPresent()
                && bestAverage().map(best -> ofAverage.get().isBetterThan(best.averaged().get())).orElse(true);
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
        List<BrokenImage> broken = new ArrayList<>();
        EvaluationDetail detail = undisturbed(() -> engine.evaluate(subject.network(), this::stopIfAsked, broken));
        reportSkipped(broken);
        return detail;
    }

    /** From training images as an epoch after the last would show them, without mixing. */
    private void estimateBatchNorm() throws IOException {
        int batches = (int) Math.min((long) options.recipe().get(RecipeKeys.BATCH_NORM_BATCHES) * length.microBatches(),
                data.train().size() / length.microBatchSize());
        if (batches == 0) {
            return;
        }
        for (TrainedModel subject : averaged == null ? List.of(model) : List.of(model, averaged)) {
            BatchNormEstimation estimation = new BatchNormEstimation(subject.network());
            try (BatchLoader loader = task.batches(length.epochs()).only(IntStream.range(0, batches).toArray())
                    .threads(options.threads()).open()) {
                for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                    stopIfAsked();
                    task.seedDropout(iteration(), batch.index());
                    estimation.add(task.features(batch), task.targets(batch));
                    loader.recycle(batch);
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
