/**
 * From files to batches: image folders, lists and tar shards, decoding, transforms with torchvision's semantics, and
 * the order of an epoch. Knows nothing of networks; everything random is a function of its address, never of the thread
 * that works it out.
 */
package io.github.shufflenet4j.data;
