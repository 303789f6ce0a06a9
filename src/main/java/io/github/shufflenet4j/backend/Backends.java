package io.github.shufflenet4j.backend;

import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.LoggerFactory;

/**
 * Chooses ND4J's backend. The CPU's and CUDA's may both be on the class path; ND4J loads one, once, when the first of
 * its arrays is made. Without a choice it takes CUDA if that starts, and complains at length if it does not.
 *
 * <p>The computing classes of this library ask {@link #running} and nothing else, so that a program may also leave the
 * choice to ND4J.
 */
public final class Backends {

    /** Asked once: what fails to load stays unloaded as long as the virtual machine runs. */
    private static final class Probed {
        static final CudaState CUDA = CudaRuntime.probe();
    }

    private Backends() {
    }

    /**
     * Makes ND4J use a backend. To be called before anything of ND4J or Deeplearning4j is used; afterwards it has no
     * effect. {@link BackendChoice#AUTO} looks for a GPU when ND4J starts, and logs a warning if CUDA is on the class
     * path and cannot be used; {@link BackendChoice#CUDA} looks, and starts ND4J, at once.
     *
     * @throws BackendUnavailableException if it is {@link BackendChoice#CUDA} and that cannot be used; ND4J has not
     *                                     been touched then
     */
    public static void select(BackendChoice choice) {
        if (choice == BackendChoice.CUDA) {
            decide(choice);
        } else if (!Backend.CUDA.isOnClassPath()) {
            return; // nothing to choose from
        }
        ND4JClassLoading.setNd4jClassloader(
                new BackendFilter(Backends.class.getClassLoader(), () -> announced(decide(choice))));
        if (choice == BackendChoice.CUDA) {
            requireCuda();
        }
    }

    /** The probe loads what ND4J's native code needs, but not that code itself. */
    private static void requireCuda() {
        try {
            if (running() != Backend.CUDA) {
                throw new BackendUnavailableException("ND4J has started on the CPU already; select CUDA before");
            }
        } catch (LinkageError e) {
            throw new BackendUnavailableException(
                    "CUDA cannot be used: ND4J's backend does not start: " + CudaRuntime.explain(e));
        }
    }

    private static Backend announced(BackendDecision decision) {
        if (decision.fallback()) {
            // Not a field: whoever has nothing to log need not wait for logging to be set up.
            LoggerFactory.getLogger(Backends.class)
                    .warn("Computing on the {}: {}", decision.backend().label(), decision.reason());
        }
        return decision.backend();
    }

    /** Which backend a choice means on this machine; changes nothing, and throws as {@link #select} does. */
    public static BackendDecision decide(BackendChoice choice) {
        return BackendDecision.of(choice, Backends::cuda);
    }

    /** What there is of CUDA on this machine and on the class path; does not start ND4J. */
    public static CudaState cuda() {
        return Probed.CUDA;
    }

    /** The backend that ND4J has loaded; starts ND4J. */
    public static Backend running() {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.CUDA ? Backend.CUDA : Backend.CPU;
    }
}
