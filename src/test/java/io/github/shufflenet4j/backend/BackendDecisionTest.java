package io.github.shufflenet4j.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;

import org.junit.jupiter.api.Test;

/** What a choice comes to on machines of every kind. */
class BackendDecisionTest {

    private static final CudaState GPU = CudaState.usable(List.of("A GPU"));
    private static final CudaState NO_DRIVER = CudaState.unusable("no NVIDIA driver is installed");

    @Test
    void autoIsCudaWhereThatCanBeUsed() {
        assertThat(BackendDecision.of(BackendChoice.AUTO, () -> GPU))
                .isEqualTo(new BackendDecision(Backend.CUDA, "it can be used", false));
    }

    @Test
    void autoWithoutTheCudaArtifactIsNoNews() {
        BackendDecision decision = BackendDecision.of(BackendChoice.AUTO, CudaState::absent);
        assertThat(decision.backend()).isEqualTo(Backend.CPU);
        assertThat(decision.fallback()).isFalse();
        assertThat(decision.reason()).contains("not on the class path");
    }

    @Test
    void autoWithTheCudaArtifactAndNoGpuFallsBackAndSaysWhy() {
        assertThat(BackendDecision.of(BackendChoice.AUTO, () -> NO_DRIVER)).isEqualTo(new BackendDecision(
                Backend.CPU, "CUDA cannot be used: no NVIDIA driver is installed", true));
    }

    @Test
    void cpuDoesNotEvenLookForAGpu() {
        assertThat(BackendDecision.of(BackendChoice.CPU, () -> {
            throw new AssertionError("looked");
        }).backend()).isEqualTo(Backend.CPU);
    }

    @Test
    void cudaIsAMustWhereItIsAskedFor() {
        assertThat(BackendDecision.of(BackendChoice.CUDA, () -> GPU).backend()).isEqualTo(Backend.CUDA);
        assertThatExceptionOfType(BackendUnavailableException.class)
                .isThrownBy(() -> BackendDecision.of(BackendChoice.CUDA, () -> NO_DRIVER))
                .withMessageContainingAll("no NVIDIA driver is installed", "nvidia-smi", "CUDA 11.6", "cuda-redist");
        assertThatExceptionOfType(BackendUnavailableException.class)
                .isThrownBy(() -> BackendDecision.of(BackendChoice.CUDA, CudaState::absent))
                .withMessageContainingAll("not on the class path", "-Pcuda", "nd4j-cuda-11.6-platform");
    }

    /** As JavaCPP words it. */
    @Test
    void missingLibrariesAreNamed() {
        assertThat(CudaRuntime.explain(linkError("libcuda.so.1")))
                .isEqualTo("no NVIDIA driver is installed (libcuda.so.1 is not found)");
        assertThat(CudaRuntime.explain(linkError("libcudart.so.11.0")))
                .isEqualTo("CUDA 11.6 is not installed (libcudart.so.11.0 is not found)");
        assertThat(CudaRuntime.explain(new UnsatisfiedLinkError("no jnicudart in\n java.library.path")))
                .isEqualTo("no jnicudart in java.library.path");
    }

    private static Error linkError(String library) {
        Error error = new UnsatisfiedLinkError("no jnicudart in java.library.path: /usr/lib");
        error.initCause(new UnsatisfiedLinkError("/cache/libjnicudart.so: " + library
                + ": cannot open shared object file: No such file or directory"));
        return error;
    }
}
