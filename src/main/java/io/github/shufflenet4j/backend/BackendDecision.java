package io.github.shufflenet4j.backend;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * Which backend computes, and why.
 *
 * @param backend  the backend
 * @param reason   why this one, for people
 * @param fallback whether another one was meant to, and the user should know that it does not
 */
public record BackendDecision(Backend backend, String reason, boolean fallback) {

    /** Checks the values. */
    public BackendDecision {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(reason, "reason");
    }

    /** @param cuda asked only if the choice depends on it */
    static BackendDecision of(BackendChoice choice, Supplier<CudaState> cuda) {
        if (choice == BackendChoice.CPU) {
            return new BackendDecision(Backend.CPU, "asked for", false);
        }
        CudaState state = cuda.get();
        if (choice == BackendChoice.CUDA) {
            if (!state.isUsable()) {
                throw new BackendUnavailableException("CUDA cannot be used: " + state.fault() + ". " + state.advice());
            }
            return new BackendDecision(Backend.CUDA, "asked for", false);
        }
        return state.isUsable() ? new BackendDecision(Backend.CUDA, "it can be used", false)
                : new BackendDecision(Backend.CPU, "CUDA cannot be used: " + state.fault(), state.onClassPath());
    }
}
