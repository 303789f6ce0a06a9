/** From published weights to one's own classes in seconds: features as files, and a classifier on frozen features. */
package io.github.shufflenet4j.transfer;
