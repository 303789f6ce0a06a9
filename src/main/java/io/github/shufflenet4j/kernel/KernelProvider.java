package io.github.shufflenet4j.kernel;

import io.github.shufflenet4j.kernel.resize.Resampler;
import io.github.shufflenet4j.kernel.resize.ResamplingFilter;
import java.util.function.BiFunction;

/**
 * One implementation of all kernels: Vector API or plain Java. Its kernels are thread-safe, and deterministic on one
 * machine; those of two providers give the same results but for rounding, unless they promise more.
 *
 * @param description  for reports: {@code Vector API, 16 floats at a time}, or {@code plain Java}
 * @param lanes        floats in a vector of the NCHW kernels, a power of two: lengths are rounded up to multiples of it
 * @param matrices     matrix products
 * @param elementwise  batch norm, sums and optimiser steps
 * @param planes       depthwise convolution and max pooling of planes
 * @param channelsLast inference, channels last
 * @param resamplers   makes the resampler of an image from the filters along rows and across them
 */
public record KernelProvider(String description, int lanes, MatrixKernels matrices, ElementwiseKernels elementwise,
                             PlaneKernels planes, ChannelsLastKernels channelsLast,
                             BiFunction<ResamplingFilter, ResamplingFilter, Resampler> resamplers) {
}
