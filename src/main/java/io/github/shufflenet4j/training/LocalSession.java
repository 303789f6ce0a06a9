package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.List;
import java.util.function.IntConsumer;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.EpochSteps;
import io.github.shufflenet4j.training.step.LocalSteps;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.training.step.WorkerShare;

/** Computes a run in this process. */
record LocalSession(TrainingTask task, ImageSource validation, ComputationGraph network, TrainingOptions options)
        implements TrainingBackend.Session {

    @Override
    public EpochSteps steps(int epoch, int step) {
        RunLength length = task.length();
        return new LocalSteps(task, network, epoch, step, length.steps(epoch), WorkerShare.all(length.microBatches()),
                options.workers() > 1, options.threads());
    }

    @Override
    public EvaluationDetail evaluate(ComputationGraph subject, IntConsumer pause, List<DamagedImage> damaged)
            throws IOException {
        Evaluator evaluator =
                new Evaluator(task.preprocessing(), options.threads(), task.recipe().get(RecipeKeys.MAX_DAMAGED));
        Evaluator.Classifier classifier = evaluator.classifier(subject);
        return evaluator.evaluate(batch -> {
            pause.accept(batch.samples()[0]);
            return classifier.probabilities(batch);
        }, validation, damaged);
    }
}
