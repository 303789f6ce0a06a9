package io.github.shufflenet4j.kernel;

/** What the kernels of this virtual machine are made of. */
public final class KernelProvider {

    private KernelProvider() {
    }

    /** For people: {@code Vector API, 16 floats at a time}, or {@code plain Java}. */
    public static String description() {
        Kernels kernels = Kernels.preferred();
        return kernels instanceof ScalarKernels ? "plain Java"
                : "Vector API, " + kernels.lanes() + " floats at a time";
    }
}
