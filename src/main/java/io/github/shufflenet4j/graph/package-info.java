/**
 * Graph vertices: channel split, concatenation and channel shuffle in one pass, and factors for channels;
 * configurations and their runtime halves.
 */
package io.github.shufflenet4j.graph;
