package io.github.shufflenet4j.inference;

import java.util.Arrays;
import java.util.function.Function;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.inference.plan.SpatialSize;

/** Runs a network as DL4J does, one caller at a time. */
final class GraphEngine implements Engine {

    private final ComputationGraph network;
    private final int channels;
    private final SpatialSize input;
    private GradCam gradCam;

    GraphEngine(ComputationGraph network, int channels, SpatialSize input) {
        this.network = network;
        this.channels = channels;
        this.input = input;
    }

    @Override
    public synchronized void run(float[] inputs, int count, float[] logits) {
        float[] computed = logarithms(network.outputSingle(batch(inputs, count)));
        System.arraycopy(computed, 0, logits, 0, computed.length);
    }

    private INDArray batch(float[] inputs, int count) {
        return Nd4j.createFromArray(Arrays.copyOf(inputs, count * channels * input.pixels()))
                .reshape('c', count, channels, input.height(), input.width());
    }

    /** Of probabilities: they differ from the logits by a constant. */
    static float[] logarithms(INDArray probabilities) {
        float[] values = probabilities.dup('c').data().asFloat();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.log(values[i]);
        }
        return values;
    }

    @Override
    public synchronized <T> T explain(float[] inputs, Function<LastActivations, T> reader) {
        if (gradCam == null) {
            gradCam = new GradCam(network);
        }
        return reader.apply(gradCam.forward(batch(inputs, 1)));
    }
}
