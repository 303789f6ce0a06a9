/** Labelled images: folders, lists and tar shards. */
package io.github.shufflenet4j.data.source;
