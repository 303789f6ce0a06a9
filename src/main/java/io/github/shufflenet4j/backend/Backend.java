package io.github.shufflenet4j.backend;

/** What ND4J computes on. */
public enum Backend {
    /** The processor: {@code nd4j-native}. */
    CPU("CPU", "org.nd4j.linalg.cpu.nativecpu.CpuBackend"),
    /** An NVIDIA GPU: {@code nd4j-cuda-11.6}. */
    CUDA("CUDA", "org.nd4j.linalg.jcublas.JCublasBackend");

    private final String label;
    private final String className;

    Backend(String label, String className) {
        this.label = label;
        this.className = className;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** The name of ND4J's class for it. */
    String className() {
        return className;
    }

    /** Whether ND4J's class for it is on the class path; loads nothing. */
    public boolean isOnClassPath() {
        return Backend.class.getClassLoader().getResource(className.replace('.', '/') + ".class") != null;
    }
}
