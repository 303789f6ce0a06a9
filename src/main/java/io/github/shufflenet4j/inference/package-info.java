/** Predictions: from an image to ranked classes, or to the features that they are made of. */
package io.github.shufflenet4j.inference;
