/** Reports of runs and evaluations: pages, event files for TensorBoard. */
package io.github.shufflenet4j.training.report;
