/** Recipes: the settings of a run, their YAML keys and files. */
package io.github.shufflenet4j.training.recipe;
