/**
 * Training on Apache Spark: workers that each compute their share of the images with a copy of the network, and share
 * either these networks, which are averaged, or their gradients. Needs Spark on the class path, and nobody else does.
 */
package io.github.shufflenet4j.distributed;
