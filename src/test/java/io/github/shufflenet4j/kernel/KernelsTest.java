package io.github.shufflenet4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelsTest {

    @Test
    void choosesAProviderByName() {
        assertThat(Kernels.Provider.choose("scalar")).isInstanceOf(ScalarKernels.class);
        assertThatThrownBy(() -> Kernels.Provider.choose("quantum")).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("quantum");
        if (Kernels.Provider.hasVectors()) {
            assertThat(Kernels.Provider.choose("vector")).isInstanceOf(VectorKernels.class);
            assertThat(Kernels.Provider.choose(null)).isInstanceOf(VectorKernels.class);
        } else {
            assertThatThrownBy(() -> Kernels.Provider.choose("vector")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("shufflenet.kernels=vector needs ");
            assertThat(Kernels.Provider.choose(null)).isInstanceOf(ScalarKernels.class);
        }
    }
}
