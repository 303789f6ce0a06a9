/** Internal. The choice among the implementations of the kernels. */
package io.github.shufflenet4j.kernel.provider;
