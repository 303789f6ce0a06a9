package io.github.shufflenet4j.training.step;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.transform.InputTransform;

/** Batches as ND4J arrays. */
public final class BatchArrays {

    private BatchArrays() {
    }

    /** Features, [N, channels, size, size]. */
    static INDArray features(Batch batch, InputTransform transform) {
        return Nd4j.createFromArray(batch.features())
                .reshape('c', batch.size(), transform.channels(), transform.size(), transform.size());
    }

    /** What a network says of a batch, [N, classes]. */
    public static float[][] probabilities(ComputationGraph network, Batch batch, InputTransform transform) {
        return network.outputSingle(features(batch, transform)).toFloatMatrix();
    }

    /** What to train on: the probability of each class, [N, classes]; one-hot rows where samples are not mixed. */
    public static INDArray targets(Batch batch, int classes) {
        return Nd4j.createFromArray(batch.targets(classes)).reshape('c', batch.size(), classes);
    }
}
