/**
 * Internal. A network compiled into a plan of steps on plain arrays: batch norm folded in, channels renamed instead of
 * split and shuffled, and the work shared among threads.
 */
package io.github.shufflenet4j.inference.plan;
