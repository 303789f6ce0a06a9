package io.github.shufflenet4j.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedConvolution;

class InputCovarianceTest {

    private static List<Plane> planes(int channels, int side, Random random) {
        List<Plane> planes = new ArrayList<>();
        for (int channel = 0; channel < channels; channel++) {
            float[] values = new float[side * side];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            planes.add(new Plane(side, side, values));
        }
        return planes;
    }

    static Stream<ConvolutionShape> shapes() {
        return Stream.of(ConvolutionShape.depthwise("x", 2, 2), new ConvolutionShape("x", 3, 2, 3, 2, 1, false));
    }

    /** What a convolution computes from its inputs varies as their covariance says. */
    @ParameterizedTest
    @MethodSource("shapes")
    void varianceOfOutputsFollows(ConvolutionShape shape) {
        Random random = new Random(1);
        int each = 9 * shape.inputs() / shape.groups();
        float[] weights = new float[2 * each];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextFloat() - 0.5f;
        }
        List<InputCovariance> groups = Stream.generate(() -> new InputCovariance(each)).limit(shape.groups()).toList();
        List<List<Float>> outputs = List.of(new ArrayList<>(), new ArrayList<>());
        for (int image = 0; image < 5; image++) {
            List<Plane> inputs = planes(shape.inputs(), 7, random);
            List<Plane> results = FloatArithmetic.convolution(shape,
                    new FoldedConvolution(weights, new float[2]), inputs);
            for (int group = 0; group < groups.size(); group++) {
                groups.get(group).add(shape, inputs, group);
            }
            for (int output = 0; output < 2; output++) {
                for (float value : results.get(output).values()) {
                    outputs.get(output).add(value);
                }
            }
        }
        for (int output = 0; output < 2; output++) {
            double mean = outputs.get(output).stream().mapToDouble(Float::doubleValue).average().orElseThrow();
            double variance = outputs.get(output).stream().mapToDouble(value -> (value - mean) * (value - mean))
                    .average().orElseThrow();
            double[][] covariance = groups.get(output % groups.size()).matrix();
            double expected = 0;
            for (int i = 0; i < each; i++) {
                for (int j = 0; j < each; j++) {
                    expected += weights[output * each + i] * covariance[i][j] * weights[output * each + j];
                }
            }
            assertThat(expected).isCloseTo(variance, within(1e-6));
        }
    }

    /** Of many places, those that are looked at lie in all parts of an image. */
    @Test
    void placesAreSpread() {
        int side = 112;
        float[] rows = new float[side * side];
        float[] columns = new float[side * side];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i / side;
            columns[i] = i % side;
        }
        InputCovariance covariance = new InputCovariance(2);
        covariance.add(new ConvolutionShape("x", 2, 1, 1, 1, 1, false),
                List.of(new Plane(side, side, rows), new Plane(side, side, columns)), 0);
        double uniform = side * side / 12.0;
        assertThat(covariance.matrix()[0][0]).isBetween(0.7 * uniform, 1.4 * uniform);
        assertThat(covariance.matrix()[1][1]).isBetween(0.7 * uniform, 1.4 * uniform);
        assertThat(Math.abs(covariance.matrix()[0][1])).isLessThan(0.3 * uniform);
    }
}
