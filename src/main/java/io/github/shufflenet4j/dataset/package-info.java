/**
 * Published datasets: what is known of them, how they are fetched, and how what is in their archives becomes
 * {@code train/<class>} and {@code val/<class>}.
 */
package io.github.shufflenet4j.dataset;
