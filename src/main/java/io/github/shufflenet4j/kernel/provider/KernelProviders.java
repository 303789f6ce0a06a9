package io.github.shufflenet4j.kernel.provider;

import io.github.shufflenet4j.kernel.FusedMultiplyAdd;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import io.github.shufflenet4j.kernel.vector.VectorKernels;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the {@link KernelProvider} of this virtual machine: the Vector API where its incubator module is present and
 * the processor has a fused multiply-add, else plain Java. Without the module, no class that needs it is loaded.
 */
public final class KernelProviders {

    /** The system property that forces a provider: {@code vector} or {@code scalar}. */
    public static final String PROPERTY = "shufflenet.kernels";

    /** Images that are resized in plain Java at first, while the Vector API has yet to be compiled. */
    private static final int FIRST_IMAGES = 32;
    private static final AtomicInteger IMAGES = new AtomicInteger();

    private static KernelProvider chosen;

    private KernelProviders() {
    }

    /**
     * The provider for this virtual machine, chosen at the first call.
     *
     * @throws IllegalArgumentException if {@value #PROPERTY} names none
     * @throws IllegalStateException    if it names one that cannot run here
     */
    public static synchronized KernelProvider get() {
        if (chosen == null) {
            chosen = named(System.getProperty(PROPERTY));
            Logger log = LoggerFactory.getLogger(KernelProviders.class);
            if (chosen.lanes() > 1) {
                log.debug("Kernels in the Vector API, {} floats at a time", chosen.lanes());
            } else if (FusedMultiplyAdd.IS_FAST) {
                log.info("Kernels in plain Java; --add-modules jdk.incubator.vector makes them several times as fast");
            } else {
                log.info("Kernels in plain Java: the processor has no fused multiply-add");
            }
        }
        return chosen;
    }

    /** Plain Java, which is fast at once, where the Vector API has to be compiled first. */
    public static KernelProvider scalar() {
        return ScalarKernels.provider();
    }

    /** All providers that can run here, the fastest first. */
    public static List<KernelProvider> all() {
        return hasVectors() ? List.of(VectorKernels.provider(), scalar()) : List.of(scalar());
    }

    /** Resampler of the chosen provider, but in plain Java for the first images of a process. */
    public static Resampler resampler(ResamplingFilter columns, ResamplingFilter rows) {
        boolean first = IMAGES.get() < FIRST_IMAGES && IMAGES.getAndIncrement() < FIRST_IMAGES;
        return (first ? scalar() : get()).resamplers().apply(columns, rows);
    }

    /** Whether the kernels in the Vector API can run, and run fast. */
    public static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && FusedMultiplyAdd.IS_FAST;
    }

    /** @param name {@code vector}, {@code scalar}, or null for the faster one that works */
    static KernelProvider named(String name) {
        if (name == null) {
            return all().get(0);
        }
        return switch (name) {
            case "scalar" -> scalar();
            case "vector" -> {
                if (!hasVectors()) {
                    throw new IllegalStateException(PROPERTY + "=vector needs "
                        + (FusedMultiplyAdd.IS_FAST ? "the option --add-modules jdk.incubator.vector"
                            : "a processor with fused multiply-add"));
                }
                yield VectorKernels.provider();
            }
            default -> throw new IllegalArgumentException(PROPERTY + " is neither vector nor scalar: " + name);
        };
    }
}
