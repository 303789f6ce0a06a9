package io.github.shufflenet4j.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

/** What is held back, in a checkpoint. */
class HeldGradientsTest {

    @Test
    void comesBackForTheSameWorkersAndNetwork() throws IOException {
        byte[] entry = HeldGradients.encode(List.of(new float[] {1, -0f, Float.NaN}, new float[] {4, 5, 6}));
        assertThat(HeldGradients.decode(entry, 2, 3)).containsExactly(new float[] {1, -0f, Float.NaN},
                new float[] {4, 5, 6});
        assertThatIOException().isThrownBy(() -> HeldGradients.decode(entry, 3, 2))
                .withMessageContaining("that 2 workers kept").withMessageContaining("go on with --workers 2");
        assertThatIOException().isThrownBy(() -> HeldGradients.decode(entry, 2, 4))
                .withMessageContaining("of another network");
        assertThatIOException().isThrownBy(() -> HeldGradients.decode(new byte[1], 2, 4))
                .withMessageContaining("workers");
    }
}
