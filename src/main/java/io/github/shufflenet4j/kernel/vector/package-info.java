/**
 * Internal. The kernels in the Vector API.
 *
 * <p>Vectors stay in registers only as long as the compiler sees no branch among them: hence accumulators that are set
 * without conditions, maxima and blends instead of tests, one loop for each method, and tiles written out. A helper
 * that several tiles shared would be compiled by itself first, not be inlined any more, and box its vectors.
 */
package io.github.shufflenet4j.kernel.vector;
