/** Internal. Threads that share the loops of the kernels, and their temporary memory. */
package io.github.shufflenet4j.kernel.concurrent;
