/** Training on Apache Spark by averaging parameters. */
package io.github.shufflenet4j.spark;
