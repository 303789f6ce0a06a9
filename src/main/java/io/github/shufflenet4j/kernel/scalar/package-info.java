/** Internal. The kernels in plain Java. */
package io.github.shufflenet4j.kernel.scalar;
