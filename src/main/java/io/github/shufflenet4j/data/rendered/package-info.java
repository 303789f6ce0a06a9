/** A dataset of drawn shapes. */
package io.github.shufflenet4j.data.rendered;
