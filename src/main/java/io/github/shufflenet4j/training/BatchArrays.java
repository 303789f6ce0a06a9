package io.github.shufflenet4j.training;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.data.Batch;
import io.github.shufflenet4j.data.InputTransform;

/** Batches as ND4J arrays. */
final class BatchArrays {

    private BatchArrays() {
    }

    /** Features, [N, channels, size, size]. */
    static INDArray features(Batch batch, InputTransform transform) {
        return Nd4j.createFromArray(batch.features())
                .reshape('c', batch.size(), transform.channels(), transform.size(), transform.size());
    }

    /** Labels as one-hot rows, [N, classes]. */
    static INDArray labels(Batch batch, int classes) {
        INDArray oneHot = Nd4j.zeros(DataType.FLOAT, batch.size(), classes);
        for (int i = 0; i < batch.size(); i++) {
            oneHot.putScalar(i, batch.labels()[i], 1);
        }
        return oneHot;
    }
}
