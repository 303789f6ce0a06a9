/** Training on image folders by recipes: the loop, its checkpoints, averages and files. */
package io.github.shufflenet4j.training;
