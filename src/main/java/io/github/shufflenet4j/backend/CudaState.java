package io.github.shufflenet4j.backend;

import java.util.List;
import java.util.Objects;

/**
 * What there is of CUDA.
 *
 * @param onClassPath whether ND4J's CUDA backend is on the class path
 * @param devices     the GPUs, by name
 * @param fault       why it cannot be used; empty if it can
 */
public record CudaState(boolean onClassPath, List<String> devices, String fault) {

    /** Checks and copies the values. */
    public CudaState {
        devices = List.copyOf(devices);
        Objects.requireNonNull(fault, "fault");
    }

    static CudaState absent() {
        return new CudaState(false, List.of(), "ND4J's CUDA backend is not on the class path");
    }

    static CudaState unusable(String fault) {
        return new CudaState(true, List.of(), fault);
    }

    static CudaState usable(List<String> devices) {
        return new CudaState(true, devices, "");
    }

    /** Whether ND4J can compute on it. */
    public boolean isUsable() {
        return fault.isEmpty();
    }

    /** What to check if it cannot be used. */
    String advice() {
        return onClassPath
                ? "Check the NVIDIA driver (nvidia-smi), and that CUDA 11.6 is installed or built in with"
                        + " 'mvn package -Pcuda,cuda-redist'"
                : "Build with 'mvn package -Pcuda', or add org.nd4j:nd4j-cuda-11.6-platform";
    }
}
