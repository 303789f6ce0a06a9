package io.github.shufflenet4j.kernel.conv;

import static io.github.shufflenet4j.kernel.conv.Reference.buffer;
import static io.github.shufflenet4j.kernel.conv.Reference.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanesTest {

    private static final Workers TWO = Workers.of(2);

    @ParameterizedTest
    @ValueSource(ints = {1, 49, 221, 20000})
    void copiesPlanes(int plane) {
        int batch = 3;
        int[] channels = {2, 5};
        Random random = new Random(plane);
        double[][] values = {Reference.randoms(random, batch * 2 * plane, 1, 0),
            Reference.randoms(random, batch * 5 * plane, 1, 0)};
        int[] from = {6, 0, 2, 3, 4, Planes.ZERO, 1, 1};
        double[] expected = new double[batch * from.length * plane];
        for (int i = 0; i < expected.length; i++) {
            int image = i / plane / from.length;
            int channel = from[i / plane % from.length];
            int source = channel < 2 ? 0 : 1;
            int at = (image * channels[source] + channel - 2 * source) * plane + i % plane;
            expected[i] = channel == Planes.ZERO ? 0 : values[source][at];
        }
        FloatBuffer target = buffer(expected.length);
        Planes.copy(batch, plane, new Planes.Source[] {new Planes.Source(buffer(values[0]), 2),
            new Planes.Source(buffer(values[1]), 5)}, from, target, TWO);
        assertThat(floats(target)).isEqualTo(floats(expected));
    }

    @Test
    void namesAPlaneThatIsMissing() {
        Planes.Source[] sources = {new Planes.Source(buffer(4), 2)};
        assertThatThrownBy(() -> Planes.copy(1, 2, sources, new int[] {2}, buffer(2), TWO))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("no such plane among 2: 2");
    }
}
