package io.github.shufflenet4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.modelfile.WeightFiles;
import io.github.shufflenet4j.training.step.LossSmoothedMCXENT;
import io.github.shufflenet4j.training.step.TrainingStep;
import io.github.shufflenet4j.updater.Momentum;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;

/** Training steps against those of torchvision's network and PyTorch's SGD, from the same weights on the same batch. */
class TrainingTraceTest {

    private static final int CLASSES = 10;
    /**
     * In this trace a value of the last layers lies so close to ReLU's kink in the second step that the gradient of
     * that step depends on rounding: single and double precision part there, by some hundredths of the loss. What can
     * be compared are the losses before and after the first step.
     */
    private static final int COMPARED_STEPS = 2;

    private static ComputationGraph network(DataType type, IUpdater updater, double smoothing, double l2)
            throws Exception {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_5).numClasses(CLASSES)
                .inputShape(3, 64, 64).dataType(type).updater(updater).l2(l2)
                .lossFunction(new LossSmoothedMCXENT(smoothing))
                .build().init();
        NetworkWeights.of(WeightFiles.read(Shared.path("fixtures/training/initial.pth"))).copyTo(network);
        return network;
    }

    private static DataSet batch(Path folder) throws Exception {
        Tensor input = NpyFile.read(folder.resolve("input.npy"));
        Tensor labels = NpyFile.read(folder.resolve("labels.npy"));
        INDArray oneHot = Nd4j.zeros(DataType.FLOAT, labels.data().length, CLASSES);
        for (int i = 0; i < labels.data().length; i++) {
            oneHot.putScalar(i, (int) labels.data()[i], 1);
        }
        return new DataSet(Nd4j.createFromArray(input.data())
                .reshape('c', Arrays.stream(input.shape()).asLongStream().toArray()), oneHot);
    }

    @ParameterizedTest(name = "nesterov {0}, label smoothing {1}")
    @CsvSource({"true, 0.1", "true, 0.0", "false, 0.1", "false, 0.0"})
    void lossesAreThoseOfPyTorch(boolean nesterov, double smoothing) throws Exception {
        Path folder = Shared.path("fixtures/training");
        JsonNode trace = new ObjectMapper().readTree(folder.resolve("losses.json").toFile());
        double rate = trace.get("lr").asDouble();
        double momentum = trace.get("momentum").asDouble();
        double decay = trace.get("weight_decay_on_ndim_gt_1").asDouble();
        JsonNode losses = trace.get("losses").get(String.format(Locale.ROOT, "nesterov=%s,label_smoothing=%.1f",
                nesterov ? "True" : "False", smoothing));
        IUpdater updater = nesterov ? new Nesterovs(rate, momentum) : new Momentum(rate, momentum);
        ComputationGraph network = network(DataType.DOUBLE, updater, smoothing, decay);
        DataSet batch = batch(folder);
        batch = new DataSet(batch.getFeatures().castTo(DataType.DOUBLE), batch.getLabels().castTo(DataType.DOUBLE));
        TrainingStep training = new TrainingStep(network, 1);
        for (int step = 0; step < COMPARED_STEPS; step++) {
            training.add(batch.getFeatures(), batch.getLabels());
            assertThat(training.apply().loss()).as("step " + step)
                    .isCloseTo(losses.get(step).asDouble(), Offset.offset(2e-4));
        }
    }

    /** Single precision, by the kernels where there are any. */
    @Test
    void singlePrecisionStartsAtTheSameLoss() throws Exception {
        Path folder = Shared.path("fixtures/training");
        JsonNode trace = new ObjectMapper().readTree(folder.resolve("losses.json").toFile());
        ComputationGraph network = network(DataType.FLOAT, new Momentum(0.05, 0.9), 0, 0);
        network.fit(batch(folder));
        assertThat(network.score()).isCloseTo(
                trace.get("losses").get("nesterov=False,label_smoothing=0.0").get(0).asDouble(), Offset.offset(1e-5));
    }
}
