package io.github.shufflenet4j.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Multiplication and addition with one rounding. Where the processor lacks the instruction, Java emulates it with
 * {@link java.math.BigDecimal}, in the Vector API as well: minutes for an image.
 */
public final class FusedMultiplyAdd {

    /** Whether the processor has the instruction and the virtual machine uses it. */
    public static final boolean IS_FAST = isFast();

    private FusedMultiplyAdd() {
    }

    /** {@code a * b + c}: rounded once where that is fast, else twice. */
    public static float of(float a, float b, float c) {
        return IS_FAST ? Math.fma(a, b, c) : a * b + c;
    }

    /** A virtual machine that does not tell is assumed not to. */
    private static boolean isFast() {
        try {
            HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return options != null && Boolean.parseBoolean(options.getVMOption("UseFMA").getValue());
        } catch (IllegalArgumentException | LinkageError e) {
            return false;
        }
    }
}
