/** Atomic files, locks and checksums. */
package io.github.shufflenet4j.io;
