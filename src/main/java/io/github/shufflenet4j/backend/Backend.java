package io.github.shufflenet4j.backend;

/** Where ND4J computes. */
public enum Backend {
    /** The processor: {@code nd4j-native}. */
    CPU("org.nd4j.linalg.cpu.nativecpu.CpuBackend"),
    /** An NVIDIA GPU: {@code nd4j-cuda-11.6}. */
    CUDA("org.nd4j.linalg.jcublas.JCublasBackend");

    private final String className;

    Backend(String className) {
        this.className = className;
    }

    /** The name in messages. */
    public String label() {
        return name();
    }

    String className() {
        return className;
    }

    /** Whether ND4J's class for it is on the class path; loads nothing. */
    public boolean isOnClassPath() {
        return Backend.class.getClassLoader().getResource(className.replace('.', '/') + ".class") != null;
    }
}
