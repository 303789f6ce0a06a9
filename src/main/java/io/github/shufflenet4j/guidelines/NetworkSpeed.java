package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.model.cost.NetworkSummary;

/**
 * What a network of table 8 takes, for one image.
 *
 * @param contender the network
 * @param graph     seconds as DL4J runs it, {@code ComputationGraph.output}: the same means for all networks
 * @param plan      seconds of the fused plan of {@link ImageClassifier}, for those that it can run
 */
record NetworkSpeed(Contender contender, Quartiles graph, Optional<Quartiles> plan) {

    private static final int NO_TASK = -1;

    /** Where a network's times are among those of a race. */
    private record Tasks(Contender contender, int graph, int plan) {

        NetworkSpeed speed(Times times) {
            return new NetworkSpeed(contender, times.of(graph),
                    plan == NO_TASK ? Optional.empty() : Optional.of(times.of(plan)));
        }
    }

    /**
     * Times networks against each other, one image at a time.
     *
     * @param leftOut is told which networks cannot run here, and why
     */
    static List<NetworkSpeed> measure(List<Contender> contenders, Race race, Consumer<String> leftOut) {
        List<Tasks> entries = new ArrayList<>();
        List<Race.Task> tasks = new ArrayList<>();
        for (Contender contender : contenders) {
            INDArray image = Nd4j.rand(DataType.FLOAT, contender.imageShape());
            try {
                contender.network().outputSingle(image);
            } catch (RuntimeException e) {
                leftOut.accept(contender.name() + ": " + e.getMessage());
                continue;
            }
            int graph = tasks.size();
            tasks.add(() -> contender.network().outputSingle(image));
            Optional<ImageClassifier> plan = contender.plan();
            plan.ifPresent(classifier -> tasks.add(planned(classifier, image)));
            entries.add(new Tasks(contender, graph, plan.isPresent() ? graph + 1 : NO_TASK));
        }
        Times times = race.run(() -> tasks);
        return entries.stream().map(entry -> entry.speed(times)).toList();
    }

    private static Race.Task planned(ImageClassifier classifier, INDArray image) {
        float[] pixels = image.data().asFloat();
        float[] logits = new float[classifier.metadata().classNames().size()];
        return () -> classifier.logits(pixels, 1, logits);
    }

    /** What the network costs. */
    NetworkSummary summary() {
        return contender.summary();
    }
}
