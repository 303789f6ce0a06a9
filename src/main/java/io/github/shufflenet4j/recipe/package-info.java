/** Recipes: how a network is trained, as values, as YAML files, and the published ones by name. */
package io.github.shufflenet4j.recipe;
