/** Training steps: from augmented micro-batches to updated parameters. */
package io.github.shufflenet4j.training.step;
