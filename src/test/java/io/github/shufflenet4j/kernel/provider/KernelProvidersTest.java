package io.github.shufflenet4j.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelProvidersTest {

    private static final String SCALAR = "plain Java";
    private static final String VECTOR = "Vector API, ";

    @Test
    void choosesAProviderByName() {
        assertThat(KernelProviders.named("scalar").description()).isEqualTo(SCALAR);
        assertThatThrownBy(() -> KernelProviders.named("quantum")).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("quantum");
        if (KernelProviders.hasVectors()) {
            assertThat(KernelProviders.named("vector").description()).startsWith(VECTOR);
            assertThat(KernelProviders.named(null).description()).startsWith(VECTOR);
        } else {
            assertThatThrownBy(() -> KernelProviders.named("vector")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("shufflenet.kernels=vector needs ");
            assertThat(KernelProviders.named(null).description()).isEqualTo(SCALAR);
        }
    }

    @Test
    void isChosenOnce() {
        assertThat(KernelProviders.get()).isSameAs(KernelProviders.get());
    }
}
