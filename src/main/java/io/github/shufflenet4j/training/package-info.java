/** Training on image folders by recipes: schedules, loss, the loop, averages, checkpoints, evaluation and metrics. */
package io.github.shufflenet4j.training;
