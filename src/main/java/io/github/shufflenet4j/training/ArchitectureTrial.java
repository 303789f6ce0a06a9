package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;

import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.ZooNetwork;
import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.LocalSteps;
import io.github.shufflenet4j.training.step.TrainingTask;
import io.github.shufflenet4j.training.step.WorkerShare;

/**
 * Trains a network of any form from random weights, to compare it with others. Unlike {@link Trainer} it writes
 * nothing, validates the last epoch only, and leaves out averaging, interpolation and early stopping.
 *
 * @param data    folder with {@code train} and {@code val}
 * @param recipe  of the training; its variant is ignored
 * @param threads that decode images, at least 1
 */
public record ArchitectureTrial(Path data, Recipe recipe, int threads) {

    public ArchitectureTrial {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(recipe, "recipe");
        Checks.atLeast("threads", threads, 1);
    }

    /**
     * Trains a network.
     *
     * @param seed of its weights, and of order and augmentation of the images
     * @return the share of the validation images that it classifies correctly, in percent
     * @throws IOException if images cannot be read, or the loss is not a finite number any more
     */
    public double top1(Architecture form, long seed) throws IOException {
        ImageSource train = ImageSource.open(data, "train");
        ImageSource validation = ImageSource.open(data, "val").labelledBy(train.classes());
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        Preprocessing preprocessing = Preprocessing.torchvision(size);
        TrainingTask task = new TrainingTask(train, recipe, preprocessing, seed);
        RunLength length = task.length();
        ComputationGraph network = StartingNetwork.configured(ZooNetwork.builder(form), recipe, length)
                .numClasses(train.classes().size()).inputShape(preprocessing.channels(), size, size).seed(seed)
                .build().init();
        for (int epoch = 0; epoch < length.epochs(); epoch++) {
            train(network, task, epoch);
        }
        Evaluator evaluator = new Evaluator(preprocessing, threads);
        return evaluator.evaluate(evaluator.classifier(network), validation, new ArrayList<>()).result().top1();
    }

    private void train(ComputationGraph network, TrainingTask task, int epoch) throws IOException {
        RunLength length = task.length();
        try (LocalSteps steps = new LocalSteps(task, network, epoch, 0, length.steps(epoch),
                WorkerShare.all(length.microBatches()), false, threads)) {
            for (int step = 0; step < length.steps(epoch); step++) {
                double loss = steps.next().get(0).loss();
                if (!Double.isFinite(loss)) {
                    throw new DivergedException(epoch + 1, loss, recipe.get(RecipeKeys.LEARNING_RATE));
                }
            }
        }
    }
}
