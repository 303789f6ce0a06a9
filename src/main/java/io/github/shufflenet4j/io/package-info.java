/** Files that are written whole or not at all, locks and checksums. */
package io.github.shufflenet4j.io;
