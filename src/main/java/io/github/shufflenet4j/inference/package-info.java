/** Predictions: from an image to ranked classes. */
package io.github.shufflenet4j.inference;
