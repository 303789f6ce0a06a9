/** Hadoop's file systems as Java's. */
package io.github.shufflenet4j.spark.hadoop;
