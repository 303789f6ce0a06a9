/** Comparison of runs by what training leaves in their folders. */
package io.github.shufflenet4j.training.comparison;
