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
import java.util.function.Function;
import java.util.stream.IntStream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.loader.DamagedImage;
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
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.MovingAverage;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * The training loop: epochs of steps, each followed by a validation and a checkpoint. All that the next step depends on
 * is in the {@link #state}, the network and the moving average, so that a run resumed from a checkpoint takes the steps
 * of one that was never stopped.
 */
final class TrainingLoop {

    /** The run is to stop within work that can be repeated. */
    private static final class StopException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private interface Event {
        void tell(TrainingCallback callback) throws IOException;
    }

    private interface Computation<T> {
        T compute() throws IOException;
    }

    private final TrainingOptions options;
    private final Recipe recipe;
    private final BooleanSupplier stop;
    private final TrainingData data;
    private final TrainingTask task;
    private final TrainingBackend.Session session;
    private final RunLength length;
    private final ISchedule schedule;
    private final EarlyStopping earlyStopping;
    private final RunFiles files;
    private final RunJournal journal;
    private final List<TrainingCallback> callbacks = new ArrayList<>();
    private final TrainedModel model;
    /** The averaged network, or null, and where its parameters come from: either the average or the start is null. */
    private TrainedModel averaged;
    private MovingAverage average;
    private INDArray start;
    /** Where {@link #averaged} lies on the way from the start. */
    private double interpolation;

    private final List<EpochMetrics> history = new ArrayList<>();
    private int epoch;
    private int step;
    private long images;
    private double lossSum;
    private double seconds;
    private int bestIteration;
    private long lastCheckpoint = System.nanoTime();

    /** @param saved content of the checkpoint to resume from; empty for a new run */
    TrainingLoop(TrainingOptions options, BooleanSupplier stop, TrainingBackend backend,
                 List<TrainingCallback> callbacks, TrainingData data, RunFiles files, TrainedModel model,
                 Optional<TrainingState.Saved> saved) throws IOException {
        this.options = options;
        this.recipe = options.recipe();
        this.stop = stop;
        this.data = data;
        this.task = new TrainingTask(data.train(), recipe, model.metadata().preprocessing(), options.seed());
        this.session = backend.start(task, data.validation(), model.network(), options);
        this.length = task.length();
        this.schedule = LearningRates.schedule(recipe, length);
        this.earlyStopping = EarlyStopping.of(recipe);
        this.files = files;
        this.model = model;
        saved.ifPresent(known -> restore(known.state()));
        this.journal = new RunJournal(options, data, model.metadata(), files, history,
                saved.map(TrainingState.Saved::summary).orElse(TrainingState.Summary.EMPTY));
        this.callbacks.add(journal);
        this.callbacks.addAll(callbacks);
        if (recipe.find(RecipeKeys.EMA_DECAY).isPresent()) {
            startAverage(saved);
        } else if (recipe.find(RecipeKeys.INTERPOLATION).isPresent()) {
            startInterpolation(saved.isPresent());
        }
    }

    private void restore(TrainingState state) {
        epoch = state.epoch();
        step = state.step();
        images = state.images();
        lossSum = state.lossSum();
        seconds = state.seconds();
        bestIteration = state.bestIteration();
        history.addAll(state.metrics());
    }

    private void startInterpolation(boolean resumed) throws IOException {
        averaged = new TrainedModel(model.network().clone(), model.metadata());
        if (resumed) {
            averaged.network().params().assign(files.startParameters(model));
        } else {
            files.write(Trainer.START_FILE, file -> ModelFile.write(file, model, false));
        }
        start = averaged.network().params().dup();
    }

    /** Validates the networks on the way from the start, and leaves the best in {@link #averaged}. */
    private EvaluationDetail validateInterpolated() throws IOException {
        EvaluationDetail best = null;
        INDArray parameters = null;
        for (double share : recipe.get(RecipeKeys.INTERPOLATION)) {
            averaged.network().params().assign(model.network().params()).subi(start).muli(share).addi(start);
            EvaluationDetail detail = validateTrained(averaged);
            if (best == null || detail.result().isBetterThan(best.result())) {
                best = detail;
                parameters = averaged.network().params().dup();
                interpolation = share;
            }
        }
        averaged.network().params().assign(parameters);
        return best;
    }

    private void startAverage(Optional<TrainingState.Saved> saved) {
        averaged = new TrainedModel(model.network().clone(), model.metadata());
        saved.flatMap(TrainingState.Saved::average).ifPresent(averaged.network().params()::assign);
        int every = recipe.get(RecipeKeys.EMA_STEPS);
        double epochs = (double) length.totalSteps() / length.stepsPerEpoch();
        double decay = MovingAverage.adjusted(recipe.get(RecipeKeys.EMA_DECAY), length.batchSize(), every, epochs);
        average = new MovingAverage(averaged.network().params(), decay, every,
                saved.map(known -> known.state().averageStarted()).orElse(false));
    }

    /** Trains from the start. */
    TrainingOutcome run(Optional<TrainingPlan.Classifier> classifier) throws IOException {
        start(classifier);
        files.writeText(Trainer.RECIPE_FILE, recipe.toYaml());
        writeCheckpoint();
        return trainEpochs();
    }

    /**
     * Continues from where the given checkpoint was written.
     *
     * @param before recipe of the run so far
     */
    TrainingOutcome resume(Path checkpoint, Recipe before) throws IOException {
        start(Optional.empty());
        tell(callback -> callback.trainingResumed(checkpoint, isEnded() ? epoch : epoch + 1,
                isEnded() ? length.steps(epoch - 1) : step));
        int epochs = RunLength.of(before, data.train().size()).epochs();
        if (length.epochs() > epochs) {
            tell(callback -> callback.trainingExtended(epochs, length.epochs(),
                    schedule.valueAt(iteration(), epoch)));
        }
        if (!recipe.equals(before)) {
            files.writeText(Trainer.RECIPE_FILE, recipe.toYaml());
            writeCheckpoint();
        }
        return trainEpochs();
    }

    private void start(Optional<TrainingPlan.Classifier> classifier) throws IOException {
        TrainingPlan plan = new TrainingPlan(model.metadata().variant(), data.train().classes().size(),
                data.train().size(), data.validation().size(), length, peakLearningRate(), classifier);
        tell(callback -> callback.trainingStarted(plan, model.network()));
    }

    private boolean isEnded() {
        return epoch == length.epochs() || earlyStopping.ends(history);
    }

    /** Trains to the end of the run, or until it is to stop. */
    private TrainingOutcome trainEpochs() throws IOException {
        boolean stopped = false;
        while (!isEnded() && !stopped) {
            try {
                if (recipe.get(RecipeKeys.PROBE) && history.isEmpty()) {
                    validateStart();
                }
                trainEpoch();
                validateEpoch();
            } catch (StopException e) {
                stopped = true;
            }
            writeCheckpoint();
            stopped = stopped || stop.getAsBoolean() && !isEnded();
        }
        TrainingOutcome outcome = new TrainingOutcome(best(EpochMetrics::better), !stopped,
                !stopped && epoch < length.epochs(), stopped ? epoch + 1 : epoch,
                stopped ? step : length.steps(epoch - 1));
        tell(callback -> callback.trainingEnded(outcome));
        return outcome;
    }

    /** Takes the steps that are left of the epoch. */
    private void trainEpoch() throws IOException {
        freeze();
        int steps = length.steps(epoch);
        tell(callback -> callback.epochStarted(epoch + 1, steps, step));
        if (step == steps) {
            stopIfAsked();
            return;
        }
        int warmup = LearningRates.warmupSteps(recipe, length);
        long mark = System.nanoTime();
        try (EpochSteps epochSteps = session.steps(epoch, step)) {
            while (step < steps) {
                boolean warmingUp = iteration() < warmup;
                List<StepResult> results = unlessStopped(epochSteps::next);
                for (int i = 0; i < results.size(); i++) {
                    account(results.get(i), epoch * length.stepsPerEpoch() + step + i);
                }
                if (average != null && results.stream().anyMatch(result -> result.images() > 0)) {
                    average.update(step, warmingUp, model.network().params());
                }
                step += results.size();
                seconds += (System.nanoTime() - mark) / 1e9;
                stopIfAsked();
                if ((System.nanoTime() - lastCheckpoint) / 60e9 >= options.checkpoints().minutes()) {
                    writeCheckpoint();
                }
                mark = System.nanoTime();
            }
            reportSkipped(epochSteps.damaged());
        }
    }

    /** Freezes what the recipe freezes in the epoch, which checkpoints do not record. */
    private void freeze() {
        Freezing.apply(model.network(), recipe.frozenIn(epoch + 1));
        if (averaged != null) {
            Freezing.apply(averaged.network(), recipe.frozenIn(epoch + 1));
        }
    }

    /** @param number of the step in the run, from 0 */
    private void account(StepResult result, int number) throws IOException {
        if (!Double.isFinite(result.loss())) {
            throw new DivergedException(epoch + 1, result.loss(), peakLearningRate());
        }
        if (result.images() > 0) {
            images += result.images();
            lossSum += result.loss() * result.images();
            tell(callback -> callback.stepDone(number + 1, result.loss(), schedule.valueAt(number, epoch)));
        }
    }

    /** Validates the epoch, writes its models and metrics, and proceeds to the next. */
    private void validateEpoch() throws IOException {
        EvaluationDetail detail = validateTrained(model);
        Optional<EvaluationDetail> detailOfAverage = averaged == null ? Optional.empty()
                : Optional.of(start == null ? validateTrained(averaged) : validateInterpolated());
        tell(callback -> callback.epochValidated(epoch + 1, detail, detailOfAverage));
        model.network().incrementEpochCount();
        EpochMetrics metrics = new EpochMetrics(epoch + 1, schedule.valueAt(length.stepsAfter(epoch) - 1, epoch),
                lossSum / images, detail.result(), detailOfAverage.map(EvaluationDetail::result), images / seconds);
        history.add(metrics);
        boolean best = isLatest(best(EpochMetrics::better));
        if (best) {
            bestIteration = iteration();
            writeModel(Trainer.MODEL_FILE, metrics.isAverageBetter() ? averaged : model, epoch + 1,
                    metrics.better().orElseThrow(), false);
        }
        if (isLatest(best(EpochMetrics::averaged))) {
            writeModel(Trainer.AVERAGED_FILE, averaged, epoch + 1, metrics.averaged().orElseThrow(), false);
        }
        writeModel(Trainer.LAST_FILE, model, epoch + 1, metrics.validation(), true);
        tell(callback -> callback.epochDone(metrics, best));
        epoch++;
        step = 0;
        images = 0;
        lossSum = 0;
        seconds = 0;
    }

    /** Validates the network that the run starts from, which epochs must surpass to be the best. */
    private void validateStart() throws IOException {
        EvaluationDetail detail = validate(model);
        EpochMetrics metrics = EpochMetrics.ofStart(detail.result(), averaged != null);
        tell(callback -> callback.epochValidated(0, detail, Optional.empty()));
        history.add(metrics);
        writeModel(Trainer.MODEL_FILE, model, 0, detail.result(), false);
        if (averaged != null) {
            writeModel(Trainer.AVERAGED_FILE, averaged, 0, detail.result(), false);
        }
        tell(callback -> callback.epochDone(metrics, true));
        writeCheckpoint();
    }

    private EvaluationDetail validate(TrainedModel subject) throws IOException {
        List<DamagedImage> damaged = new ArrayList<>();
        tell(callback -> callback.passStarted("validation", data.validation().size()));
        EvaluationDetail detail = unlessStopped(() -> session.evaluate(subject.network(), this::passed, damaged));
        reportSkipped(damaged);
        return detail;
    }

    /** Validates a network of the epoch, in the last one with batch norm statistics estimated anew. */
    private EvaluationDetail validateTrained(TrainedModel subject) throws IOException {
        if (epoch == length.epochs() - 1) {
            estimateBatchNorm(subject);
        }
        return validate(subject);
    }

    /** From training images as an epoch after the last would show them, without mixing. */
    private void estimateBatchNorm(TrainedModel subject) throws IOException {
        int batches = (int) Math.min((long) recipe.get(RecipeKeys.BATCH_NORM_BATCHES) * length.microBatches(),
                data.train().size() / length.microBatchSize());
        if (batches == 0) {
            return;
        }
        tell(callback -> callback.passStarted("batch norm", batches * length.microBatchSize()));
        BatchNormEstimation estimation = new BatchNormEstimation(subject.network());
        try (BatchLoader loader = task.batches(length.epochs()).only(IntStream.range(0, batches).toArray())
                .threads(options.threads()).open()) {
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                passed(batch.index() * length.microBatchSize());
                task.seedDropout(iteration(), batch.index());
                estimation.add(task.features(batch), task.targets(batch));
                loader.recycle(batch);
            }
        }
    }

    private Optional<EpochMetrics> best(Function<EpochMetrics, Optional<EvaluationResult>> result) {
        return EpochMetrics.best(history, result);
    }

    private boolean isLatest(Optional<EpochMetrics> ended) {
        return ended.isPresent() && ended.get() == history.get(history.size() - 1);
    }

    private void writeModel(String name, TrainedModel subject, int ended, EvaluationResult result, boolean updater)
            throws IOException {
        Map<String, String> provenance = new TreeMap<>(subject.metadata().provenance());
        provenance.put("epoch", ended + " of " + length.epochs());
        if (subject == averaged && start != null && ended > 0) {
            provenance.put("interpolation", Double.toString(interpolation));
        }
        provenance.put("validationTop1", String.format(Locale.ROOT, "%.3f", result.top1()));
        TrainedModel described = new TrainedModel(subject.network(), subject.metadata().withProvenance(provenance));
        files.write(name, file -> ModelFile.write(file, described, updater));
    }

    private void writeCheckpoint() throws IOException {
        if (options.checkpoints().keep() > 0) {
            Map<String, byte[]> entries = new TrainingState.Saved(state(), recipe, journal.summary(),
                    Optional.ofNullable(average).map(moving -> averaged.network().params())).entries();
            Path file = files.writeCheckpoint(new CheckedModelFile(model, entries), iteration(), bestIteration);
            tell(callback -> callback.checkpointWritten(file));
        }
        lastCheckpoint = System.nanoTime();
    }

    private TrainingState state() {
        return new TrainingState(options.data().absolute().toString(), options.seed(), data.trainPrint(),
                data.validationPrint(), epoch, step, images, lossSum, seconds,
                average != null && average.isStarted(), bestIteration,
                history.stream().map(TrainingState.Ended::of).toList(), options.excluded().names());
    }

    /** Steps taken in the run. */
    private int iteration() {
        return model.network().getConfiguration().getIterationCount();
    }

    private double peakLearningRate() {
        return LearningRates.peak(recipe, length.batchSize());
    }

    /** A failure after a request to stop may come from the shutdown itself; the run is then where it was before. */
    private <T> T unlessStopped(Computation<T> computation) throws IOException {
        try {
            return computation.compute();
        } catch (IOException | RuntimeException e) {
            stopIfAsked();
            throw e;
        }
    }

    private void passed(int images) {
        stopIfAsked();
        callbacks.forEach(callback -> callback.imagesPassed(images));
    }

    private void stopIfAsked() {
        if (stop.getAsBoolean()) {
            throw new StopException();
        }
    }

    private void reportSkipped(List<DamagedImage> damaged) throws IOException {
        if (!damaged.isEmpty()) {
            tell(callback -> callback.imagesSkipped(damaged));
        }
    }

    private void tell(Event event) throws IOException {
        for (TrainingCallback callback : callbacks) {
            event.tell(callback);
        }
    }
}
