package io.github.shufflenet4j.inference;

import java.util.Set;
import java.util.function.Function;

import io.github.shufflenet4j.inference.ClassActivationMap.Method;
import io.github.shufflenet4j.inference.plan.FusedEngine;
import io.github.shufflenet4j.inference.plan.MapLayout;
import io.github.shufflenet4j.inference.plan.PlanOutputs;
import io.github.shufflenet4j.inference.plan.SpatialSize;
import io.github.shufflenet4j.kernel.ChannelsLastKernels;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.weights.FoldedConvolution;
import io.github.shufflenet4j.weights.FoldedNetwork;

/** Runs a ShuffleNet V2 by fused plans. */
final class PlanEngine implements Engine {

    private final FoldedNetwork network;
    private final SpatialSize input;
    private final ChannelsLastKernels kernels;
    private final FusedEngine predicting;
    private FusedEngine explaining;

    PlanEngine(FoldedNetwork network, SpatialSize input, ChannelsLastKernels kernels) {
        this.network = network;
        this.input = input;
        this.kernels = kernels;
        this.predicting = compile(PlanOutputs.LOGITS);
    }

    private FusedEngine compile(PlanOutputs outputs) {
        return new FusedEngine(network, outputs, input, kernels, Workers.shared());
    }

    @Override
    public void run(float[] inputs, int count, float[] logits) {
        predicting.run(inputs, count, logits);
    }

    @Override
    public <T> T explain(float[] inputs, Function<LastActivations, T> reader) {
        FusedEngine engine = explaining();
        float[] outputs = new float[engine.outputFloats()];
        engine.run(inputs, 1, outputs);
        MapLayout place = MapLayout.of(network.variant(), input, Set.of(NetworkPart.CONV5)).get(NetworkPart.CONV5);
        return reader.apply(new Conv5(network.classifier(), place, outputs));
    }

    /** Compiled when first needed: most classifiers explain nothing. */
    private synchronized FusedEngine explaining() {
        if (explaining == null) {
            explaining = compile(PlanOutputs.CONV5_AND_LOGITS);
        }
        return explaining;
    }

    /**
     * The last convolution's outputs.
     *
     * @param outputs [channels, height, width], then the logits
     */
    private record Conv5(FoldedConvolution classifier, MapLayout place, float[] outputs) implements LastActivations {

        @Override
        public float[] logits() {
            float[] logits = new float[classifier.bias().length];
            System.arraycopy(outputs, place.length(), logits, 0, logits.length);
            return logits;
        }

        @Override
        public ClassActivationMap map(Prediction prediction) {
            int cells = place.size().pixels();
            int weights = prediction.index() * place.channels();
            float[] map = new float[cells];
            for (int cell = 0; cell < cells; cell++) {
                double sum = 0; // of up to 2048 terms of both signs
                for (int channel = 0; channel < place.channels(); channel++) {
                    sum += (double) classifier.weights()[weights + channel] * outputs[channel * cells + cell];
                }
                map[cell] = (float) sum;
            }
            return new ClassActivationMap(prediction, Method.CAM, outputs[place.length() + prediction.index()],
                    place.size().height(), place.size().width(), map);
        }
    }
}
