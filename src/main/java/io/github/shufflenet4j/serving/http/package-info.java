/** The server: HTTP on Jetty, over {@link io.github.shufflenet4j.serving.InferenceService}. */
package io.github.shufflenet4j.serving.http;
