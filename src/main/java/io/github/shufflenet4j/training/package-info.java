/** Training on image folders: schedule, loss, the loop, evaluation and metrics. */
package io.github.shufflenet4j.training;
