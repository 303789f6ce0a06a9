/** Hadoop's file systems as Java's, to read from. Needs Hadoop's client, which comes with Spark, on the class path. */
package io.github.shufflenet4j.hadoop;
