package io.github.shufflenet4j.kernel;

import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static io.github.shufflenet4j.kernel.conv.Reference.randoms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumOfSquaresTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 8_192, 8_193, 50_001})
    void isThatOfDoublePrecisionWithAnyNumberOfWorkers(int size) {
        FloatBuffer values = buffer(randoms(new Random(size), size, 1, 0));
        double expected = 0;
        for (float value : floats(values)) {
            expected += (double) value * value;
        }
        for (KernelProvider provider : KernelProviders.all()) {
            double sum = SumOfSquares.of(values, provider.elementwise(), Workers.of(1));
            assertThat(sum).isCloseTo(expected, withinPercentage(1e-4));
            assertThat(SumOfSquares.of(values, provider.elementwise(), Workers.of(3))).isEqualTo(sum);
        }
    }
}
