/**
 * Files, below everything else: how one is written so that a reader sees the old content or the new, never half of
 * it.
 */
package io.github.shufflenet4j.io;
