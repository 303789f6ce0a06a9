package io.github.shufflenet4j.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.inference.Softmax;

class TemperatureScalingTest {

    private static final int CLASSES = 10;

    /** Mean cross-entropy, by its definition. */
    private static double loss(List<float[]> logits, int[] labels, double temperature) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double exponentials = 0;
            for (float logit : logits.get(i)) {
                exponentials += Math.exp(logit / temperature);
            }
            sum += Math.log(exponentials) - logits.get(i)[labels[i]] / temperature;
        }
        return sum / labels.length;
    }

    /**
     * Labels drawn from the probabilities of logits, which are then multiplied by a temperature. With 20000 images the
     * estimate's standard deviation is below 1 %; the seed is fixed.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 2.5, 8})
    void theTemperatureOfSyntheticLogitsIsRecovered(double temperature) throws DataException {
        Random random = new Random(11);
        List<float[]> logits = new ArrayList<>();
        int[] labels = new int[20_000];
        for (int i = 0; i < labels.length; i++) {
            float[] row = new float[CLASSES];
            for (int k = 0; k < CLASSES; k++) {
                row[k] = (float) (2 * random.nextGaussian());
            }
            float[] probabilities = row.clone();
            Softmax.apply(probabilities, 0, CLASSES, 1);
            double left = random.nextDouble();
            while (labels[i] < CLASSES - 1 && (left -= probabilities[labels[i]]) > 0) {
                labels[i]++;
            }
            for (int k = 0; k < CLASSES; k++) {
                row[k] *= (float) temperature;
            }
            logits.add(row);
        }
        double fitted = TemperatureScaling.fit(logits, labels);
        assertThat(fitted).isCloseTo(temperature, within(0.02 * temperature));
        // It is the minimum: a thousandth to either side the loss is higher.
        assertThat(loss(logits, labels, fitted)).isLessThan(loss(logits, labels, fitted * 1.001))
                .isLessThan(loss(logits, labels, fitted / 1.001));
    }

    /** Two classes and the same logits (a, 0) for all images, of which a share q is right: T = a / ln(q / (1 - q)). */
    @Test
    void theTemperatureIsThatOfTheClosedForm() throws DataException {
        List<float[]> logits = IntStream.range(0, 1000).mapToObj(i -> new float[] {4, 0}).toList();
        int[] labels = IntStream.range(0, 1000).map(i -> i < 800 ? 0 : 1).toArray();
        assertThat(TemperatureScaling.fit(logits, labels)).isCloseTo(4 / Math.log(4), within(1e-7));
    }

    @Test
    void imagesThatTellNoTemperatureAreRefused() {
        List<float[]> logits = List.of(new float[] {3, 0}, new float[] {0, 3});
        assertThatThrownBy(() -> TemperatureScaling.fit(logits, new int[] {0, 1})).isInstanceOf(DataException.class)
                .hasMessageContaining("makes no mistake");
        assertThatThrownBy(() -> TemperatureScaling.fit(logits, new int[] {1, 0})).isInstanceOf(DataException.class)
                .hasMessageContaining("hardly better than chance");
        assertThatThrownBy(() -> TemperatureScaling.fit(logits, new int[1])).hasMessageContaining("1 labels for 2");
    }
}
