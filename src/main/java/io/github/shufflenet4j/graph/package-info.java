/**
 * Graph vertices of ShuffleNet V2: channel split, and concat + channel shuffle in one pass; configurations and their
 * runtime halves.
 */
package io.github.shufflenet4j.graph;
