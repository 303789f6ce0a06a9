package io.github.shufflenet4j.cli;

import java.util.List;

/**
 * Keeps JavaCPP from warning, at every start, that OpenBLAS and CUDA are older than itself: they are those that ND4J
 * was made with, and JavaCPP is the one that OpenCV needs.
 */
final class NativeVersions {

    /** JavaCPP's: where it says no, nothing is loaded, and no versions are compared. */
    private static final String LOAD_PROPERTY = "org.bytedeco.javacpp.loadLibraries";
    /** Classes that compare their version with JavaCPP's when they are initialised. */
    private static final List<String> OLDER =
            List.of("org.bytedeco.openblas.presets.openblas_nolapack", "org.bytedeco.cuda.presets.cudart");

    private NativeVersions() {
    }

    /** To be called before anything native is loaded, and while no other thread loads it. */
    static void accept() {
        String before = System.getProperty(LOAD_PROPERTY);
        System.setProperty(LOAD_PROPERTY, Boolean.toString(false));
        for (String name : OLDER) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException | LinkageError e) {
                // It is not on the class path; who needs it will say so.
            }
        }
        if (before == null) {
            System.clearProperty(LOAD_PROPERTY);
        } else {
            System.setProperty(LOAD_PROPERTY, before);
        }
    }
}
