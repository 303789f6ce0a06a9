/** Evaluation of networks on labelled images, and batch-norm statistics estimated anew. */
package io.github.shufflenet4j.training.evaluation;
