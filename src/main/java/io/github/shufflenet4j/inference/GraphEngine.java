package io.github.shufflenet4j.inference;

import java.util.Arrays;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.inference.plan.SpatialSize;

/** Runs a network as DL4J does, one caller at a time. */
final class GraphEngine implements ImageClassifier.Engine {

    private final ComputationGraph network;
    private final int channels;
    private final SpatialSize input;

    GraphEngine(ComputationGraph network, int channels, SpatialSize input) {
        this.network = network;
        this.channels = channels;
        this.input = input;
    }

    @Override
    public synchronized void run(float[] inputs, int count, float[] logits) {
        int floats = count * channels * input.pixels();
        INDArray batch = Nd4j.createFromArray(Arrays.copyOf(inputs, floats))
                .reshape('c', count, channels, input.height(), input.width());
        float[] probabilities = network.outputSingle(batch).dup('c').data().asFloat();
        for (int i = 0; i < probabilities.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
    }
}
