package io.github.shufflenet4j.kernel.vector;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;
import io.github.shufflenet4j.kernel.scalar.ScalarKernels;
import java.util.function.BiFunction;

/** The kernels in the Vector API, at the processor's preferred vector length; they need its incubator module. */
public final class VectorKernels {

    private VectorKernels() {
    }

    /** The provider of these kernels. */
    public static KernelProvider provider() {
        BiFunction<ResamplingFilter, ResamplingFilter, Resampler> resamplers =
            VectorResampler.isSupported() ? VectorResampler::new : ScalarKernels.provider().resamplers();
        return new KernelProvider("Vector API, " + Species.L + " floats at a time", Species.L, new VectorMatrices(),
            new VectorElementwise(), new VectorPlanes(), new VectorChannelsLast(), resamplers);
    }
}
