/** Commands that predict, evaluate and compute features. */
package io.github.shufflenet4j.cli.predict;
