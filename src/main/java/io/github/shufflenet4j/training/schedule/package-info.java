/** Learning rates by step: cosine, polynomial, warm-up. */
package io.github.shufflenet4j.training.schedule;
