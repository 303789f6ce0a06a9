package io.github.shufflenet4j.guidelines;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.analysis.NetworkSummary;
import io.github.shufflenet4j.inference.ImageClassifier;

/**
 * What a network of table 8 costs and takes, for one image.
 *
 * @param contender the network
 * @param summary   its costs
 * @param graph     seconds as DL4J runs it, {@code ComputationGraph.output}: the same means for all networks
 * @param plan      seconds of the fused plan of {@link ImageClassifier}, for those that it can run
 */
record NetworkSpeed(Contender contender, NetworkSummary summary, Quartiles graph, Optional<Quartiles> plan) {

    private static final int CLASSES = 1000;

    /** A network of table 8 with its tasks in a race. */
    private record Entry(Contender contender, NetworkSummary summary, int graphTask, int planTask) {

        NetworkSpeed speed(Times times) {
            return new NetworkSpeed(contender, summary, times.of(graphTask),
                    planTask < 0 ? Optional.empty() : Optional.of(times.of(planTask)));
        }
    }

    /**
     * Times all networks against each other, one image at a time.
     *
     * @param largest most multiply-adds of a network; larger ones are left out
     */
    static List<NetworkSpeed> measure(long largest, Race race) {
        List<Entry> entries = new ArrayList<>();
        List<Runnable> tasks = new ArrayList<>();
        for (Contender contender : Contender.all()) {
            ComputationGraph network = contender.network();
            NetworkSummary summary = contender.summary(network);
            if (summary.macs() > largest) {
                continue;
            }
            int graphTask = tasks.size();
            tasks.add(graphTask(network, contender.side()));
            if (contender.hasPlan()) {
                tasks.add(planTask(contender.classifier(network), contender.side()));
            }
            entries.add(new Entry(contender, summary, graphTask, contender.hasPlan() ? graphTask + 1 : -1));
        }
        Times times = race.run(tasks);
        return entries.stream().map(entry -> entry.speed(times)).toList();
    }

    private static Runnable graphTask(ComputationGraph network, int side) {
        INDArray image = Nd4j.rand(DataType.FLOAT, 1, 3, side, side);
        return () -> network.outputSingle(image);
    }

    private static Runnable planTask(ImageClassifier classifier, int side) {
        float[] pixels = Nd4j.rand(DataType.FLOAT, 3, side, side).data().asFloat();
        float[] logits = new float[CLASSES];
        return () -> classifier.logits(pixels, 1, logits);
    }
}
