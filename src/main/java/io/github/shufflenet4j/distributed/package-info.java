/**
 * Training on Apache Spark: workers that each update a copy of the network by their share of the images, and whose
 * networks are averaged. Needs Spark on the class path, and nobody else does.
 */
package io.github.shufflenet4j.distributed;
