package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.loader.BrokenImage;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.evaluation.EvaluationDetail;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.step.BatchArrays;
import io.github.shufflenet4j.training.step.EpochUpdates;
import io.github.shufflenet4j.training.step.StepResult;
import io.github.shufflenet4j.training.step.TrainingTask;

/** This machine's files, and this process. */
final class LocalEnvironment implements TrainingEnvironment {

    @Override
    public Location data(String description) {
        return Location.of(Path.of(description));
    }

    @Override
    public TrainingEngine engine(TrainingTask task, ImageSource validation, ComputationGraph network,
                                 TrainingOptions options) {
        return new Engine(task, validation, network, options.threads(), options.workers() > 1);
    }

    private record Engine(TrainingTask task, ImageSource validation, ComputationGraph network, int threads,
                          boolean partsAtOnce) implements TrainingEngine {

        @Override
        public Updates updates(int epoch, int step) {
            return new OneByOne(EpochUpdates.whole(task, network, epoch, step, partsAtOnce, threads));
        }

        @Override
        public EvaluationDetail evaluate(ComputationGraph subject, Runnable pause, List<BrokenImage> broken)
                throws IOException {
            return new Evaluator(task.preprocessing(), threads, task.recipe().get(RecipeKeys.MAX_BROKEN))
                    .evaluateInDetail(batch -> {
                        pause.run();
                        return BatchArrays.probabilities(subject, batch, task.preprocessing());
                    }, validation, broken);
        }
    }

    private record OneByOne(EpochUpdates updates) implements TrainingEngine.Updates {

        @Override
        public List<StepResult> next() throws IOException {
            return List.of(updates.next());
        }

        @Override
        public List<BrokenImage> broken() {
            return updates.broken();
        }

        @Override
        public void close() {
            updates.close();
        }
    }
}
