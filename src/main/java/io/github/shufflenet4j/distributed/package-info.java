/**
 * Training on Apache Spark: workers that each compute their share of the images with a copy of the network, which are
 * averaged every few updates. Needs Spark on the class path, and nobody else does.
 */
package io.github.shufflenet4j.distributed;
