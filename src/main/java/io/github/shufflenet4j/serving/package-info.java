/** Serves classifiers to many callers: a bounded queue, models that are replaced while in use. Without HTTP. */
package io.github.shufflenet4j.serving;
