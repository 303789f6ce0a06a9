/** Tar and zip archives from untrusted sources, within limits. */
package io.github.shufflenet4j.data.archive;
