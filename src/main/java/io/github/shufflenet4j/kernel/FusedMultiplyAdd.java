package io.github.shufflenet4j.kernel;

import java.lang.management.ManagementFactory;

import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * Multiplication and addition with one rounding. Java has it everywhere, but where the processor lacks the instruction
 * it computes it with {@link java.math.BigDecimal}, in the Vector API as well: minutes for an image.
 */
final class FusedMultiplyAdd {

    /** Whether there is an instruction for it, and the virtual machine uses it. */
    static final boolean IS_FAST = isFast();

    private FusedMultiplyAdd() {
    }

    /** {@code a * b + c}: rounded once where that is fast, else twice. */
    static float of(float a, float b, float c) {
        return IS_FAST ? Math.fma(a, b, c) : a * b + c;
    }

    /** A virtual machine that does not tell is taken for one that does not. */
    private static boolean isFast() {
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return options != null && Boolean.parseBoolean(options.getVMOption("UseFMA").getValue());
        } catch (IllegalArgumentException | LinkageError e) {
            return false;
        }
    }
}
