package io.github.shufflenet4j.benchmark;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A step of any DL4J network. */
final class Dl4jBatch {

    private Dl4jBatch() {
    }

    static Contestant.Step step(Cell cell, ComputationGraph network) {
        INDArray input = Nd4j.createFromArray(cell.pixels())
                .reshape('c', cell.batch(), Cell.CHANNELS, Cell.SIDE, Cell.SIDE);
        if (cell.mode() == Cell.Mode.INFER) {
            return () -> network.outputSingle(input);
        }
        INDArray targets = Nd4j.create(cell.batch(), Cell.CLASSES);
        int[] classes = cell.classes();
        for (int i = 0; i < classes.length; i++) {
            targets.putScalar(i, classes[i], 1);
        }
        DataSet data = new DataSet(input, targets);
        return () -> network.fit(data);
    }
}
