/**
 * Files, below everything else: how one is written so that a reader sees the old content or the new, never half of
 * it; and how one is downloaded, so that the same holds whatever network, server and disk do.
 */
package io.github.shufflenet4j.io;
