package io.github.shufflenet4j.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.training.evaluation.BatchNormEstimation;

/** The moving average of parameters and the mean of batch norm's statistics, by hand. */
class AveragesTest {

    private static INDArray of(float value) {
        return Nd4j.createFromArray(value);
    }

    @Test
    void theAverageIsACopyDuringTheWarmupAndMovesAfterwards() {
        INDArray average = of(100);
        MovingAverage moving = new MovingAverage(average, 0.75, 2, false);
        moving.update(0, true, of(8));
        assertThat(average.getFloat(0)).isEqualTo(8);
        moving.update(1, true, of(16)); // no step of the average
        assertThat(average.getFloat(0)).isEqualTo(8);
        moving.update(2, true, of(4));
        assertThat(average.getFloat(0)).isEqualTo(4);
        assertThat(moving.isStarted()).isFalse();
        moving.update(4, false, of(12)); // the first after the warm-up still copies
        assertThat(average.getFloat(0)).isEqualTo(12);
        assertThat(moving.isStarted()).isTrue();
        moving.update(5, false, of(99));
        moving.update(6, false, of(20));
        assertThat(average.getFloat(0)).isEqualTo(0.75f * 12 + 0.25f * 20);
        moving.update(0, false, of(2)); // the first of the next epoch
        assertThat(average.getFloat(0)).isEqualTo(0.75f * 14 + 0.25f * 2);
    }

    @Test
    void theDecayIsAdjustedToTheRun() {
        // torchvision's: 2e-5 * 1024 * 32 / 600 = 0.0010923
        assertThat(MovingAverage.adjusted(0.99998, 1024, 32, 600)).isCloseTo(1 - 0.00109227, Offset.offset(1e-8));
        assertThat(MovingAverage.adjusted(0.9, 1024, 32, 600)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new MovingAverage(of(1), 1.5, 1, false))
                .withMessageContaining("decay");
    }

    @Test
    void batchNormsStatisticsBecomeThePlainMeanOfTheBatches() {
        ComputationGraph network = ShuffleNetV2.builder().variant(ShuffleNetV2Variant.X0_25).numClasses(2)
                .inputShape(3, 32, 32).build().init();
        INDArray labels = Nd4j.eye(2).castTo(DataType.FLOAT);
        INDArray[] batches = new INDArray[3];
        INDArray mean = Nd4j.zeros(DataType.FLOAT, 24);
        Nd4j.getRandom().setSeed(3);
        for (int i = 0; i < batches.length; i++) {
            batches[i] = Nd4j.randn(DataType.FLOAT, 2, 3, 32, 32).addi(i);
            // What one training step of a copy leaves is a tenth of the batch's mean.
            ComputationGraph copy = network.clone();
            TrainingStep step = new TrainingStep(copy, 1);
            step.add(batches[i], labels);
            step.apply();
            mean.addi(copy.getLayer("conv1").getParam("mean").mul(10.0 / batches.length));
        }
        INDArray weight = network.getLayer("conv1").getParam("W").dup();
        network.getLayer("conv1").getParam("mean").assign(77);
        BatchNormEstimation estimation = new BatchNormEstimation(network);
        for (INDArray batch : batches) {
            estimation.add(batch, labels);
        }
        assertThat(network.getLayer("conv1").getParam("mean").sub(mean).amaxNumber().doubleValue()).isLessThan(1e-4);
        assertThat(network.getLayer("conv1").getParam("W")).isEqualTo(weight);
    }
}
