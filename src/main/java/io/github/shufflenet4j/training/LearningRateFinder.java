package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.report.Report;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.report.EvaluationReport;
import io.github.shufflenet4j.training.report.LearningRateCurve;
import io.github.shufflenet4j.training.schedule.LearningRates;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * The learning rate range test (Smith 2017): steps of a run, as its options say, while the learning rate grows
 * exponentially instead of following the recipe's schedule. Ends early once the loss explodes. Writes nothing.
 *
 * @param from  learning rate of the first step, above 0
 * @param to    learning rate of the last step, at least {@code from}
 * @param steps at least 20, so that those with low rates tell the noise of the loss
 */
public record LearningRateFinder(double from, double to, int steps) {

    private static final int MIN_STEPS = 20;

    public LearningRateFinder {
        Checks.positiveRange("learning rates", from, to);
        Checks.atLeast("steps", steps, MIN_STEPS);
    }

    /**
     * The test's result.
     *
     * @param metadata of the network
     * @param length   of the test
     * @param damaged  images that could not be read
     */
    public record Result(LearningRateCurve curve, TrainingOptions options, ModelMetadata metadata, RunLength length,
                         List<DamagedImage> damaged) {

        /** What the recipe's key {@code learningRate} must say for a learning rate, which it may scale. */
        public double setting(double learningRate) {
            return learningRate / LearningRates.peak(options.recipe().with(RecipeKeys.LEARNING_RATE, 1.0),
                    length.batchSize());
        }

        /** The result in a sentence. */
        public String sentence() {
            double own = LearningRates.peak(options.recipe(), length.batchSize());
            return (curve.suggestion().isEmpty() ? "No learning rate is suggested, as the loss does not fall"
                    : String.format(Locale.ROOT, "Suggestion: --learning-rate %.2g, a tenth of that with the lowest"
                            + " loss", setting(curve.suggestion().getAsDouble())))
                    + curve.steepest().map(step -> String.format(Locale.ROOT, "; the steepest descent is at %.2g",
                            setting(step.learningRate()))).orElse("")
                    + String.format(Locale.ROOT, "; the recipe has %.2g.", setting(own));
        }

        /** The result as a page. */
        public Report page() {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("Data", options.data().absolute());
            facts.put("Network", EvaluationReport.network(metadata));
            facts.put("Starting weights", metadata.provenance().get("startingWeights"));
            facts.put("Seed", options.seed());
            facts.put("Images in a step", length.batchSize());
            facts.put("Steps", curve.steps().size() + " of " + length.totalSteps());
            return new Report("Learning rates on " + options.data().absolute().name()).subtitle(sentence())
                    .section("Range test", curve::draw)
                    .section("Training", section -> section.facts("Steps", facts)
                            .facts("Recipe with its defaults", options.recipe().settings()))
                    .section("Environment", EvaluationReport::environment);
        }
    }

    /**
     * Runs the test.
     *
     * @param options  {@code output}, {@code workers} and {@code checkpoints} are ignored
     * @param progress receives the number of steps that are done
     * @throws IOException if the data or the weights are unusable
     */
    public Result run(TrainingOptions options, IntConsumer progress) throws IOException {
        TrainingData data = TrainingData.open(options);
        Recipe recipe = options.recipe().with(RecipeKeys.ITERATIONS, steps).with(RecipeKeys.WARMUP_ITERATIONS, 0);
        TrainingOptions own = new TrainingOptions(options.data(), options.output(), options.weights(), recipe,
                options.seed(), options.threads(), 1, CheckpointPolicy.none());
        RunLength length = RunLength.of(recipe, data.train().size());
        StartingNetwork start = StartingNetwork.of(own, data.train().classes(), length)
                .probed(data.train(), recipe, List.of());
        ComputationGraph network = start.model().network();
        ISchedule rates = schedule(from);
        replaceSchedules(network, LearningRates.schedule(recipe, length).valueAt(0, 0));
        TrainingTask task =
                new TrainingTask(data.train(), recipe, start.model().metadata().preprocessing(), options.seed());
        TrainingBackend.Session session = TrainingBackend.local().start(task, data.validation(), network, own);
        LearningRateCurve curve = new LearningRateCurve(steps);
        List<DamagedImage> damaged = new ArrayList<>();
        for (int epoch = 0; epoch < length.epochs() && !curve.isExploded(); epoch++) {
            try (EpochSteps epochSteps = session.steps(epoch, 0)) {
                for (int step = 0; step < length.steps(epoch) && !curve.isExploded(); step++) {
                    // A step without readable images leaves the network's count of steps as it is, and the rate too.
                    double rate = rates.valueAt(network.getConfiguration().getIterationCount(), epoch);
                    StepResult result = epochSteps.next().get(0);
                    if (result.images() > 0) {
                        curve.add(rate, result.loss());
                    }
                    progress.accept(epoch * length.stepsPerEpoch() + step + 1);
                }
                damaged.addAll(epochSteps.damaged());
            }
        }
        if (curve.steps().isEmpty()) {
            throw new IOException("the loss of the first step is not a finite number: start from other weights");
        }
        return new Result(curve, options, start.model().metadata(), length, damaged.stream().distinct().toList());
    }

    private ISchedule schedule(double first) {
        return new ExponentialSchedule(ScheduleType.ITERATION, first, Math.pow(to / from, 1.0 / (steps - 1)));
    }

    /**
     * Gives every part of the network its share of the growing rate.
     *
     * @param whole the classifier's learning rate in the first step, by the recipe
     */
    private void replaceSchedules(ComputationGraph network, double whole) {
        Set<IUpdater> updaters = Collections.newSetFromMap(new IdentityHashMap<>());
        for (UpdaterBlock block : network.getUpdater().getUpdaterBlocks()) {
            block.getLayersAndVariablesInBlock().forEach(parameter -> updaters.add(
                    parameter.getLayer().getConfig().getUpdaterByParam(parameter.getParamName())));
        }
        updaters.stream().filter(IUpdater::hasLearningRate).forEach(updater -> updater.setLrAndSchedule(Double.NaN,
                schedule(from * updater.getLearningRate(0, 0) / whole)));
    }
}
