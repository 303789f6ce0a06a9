package io.github.shufflenet4j.kernel.scalar;

import io.github.shufflenet4j.kernel.KernelProvider;

/** The kernels in plain Java, in forms that the compiler vectorises by itself where it can. */
public final class ScalarKernels {

    /** Floats that the compiler's own vectors divide. */
    private static final int CHANNEL_LANES = 16;

    private ScalarKernels() {
    }

    /** The provider of these kernels. */
    public static KernelProvider provider() {
        return provider(CHANNEL_LANES);
    }

    /** @param channelLanes floats to which channels are rounded up in inference */
    public static KernelProvider provider(int channelLanes) {
        return new KernelProvider("plain Java", 1, new ScalarMatrices(), new ScalarElementwise(), new ScalarPlanes(),
            new ScalarChannelsLast(channelLanes), ScalarResampler::new);
    }
}
