package io.github.shufflenet4j.inference;

/**
 * A class and how probable it is.
 *
 * @param index       of the class, from 0
 * @param label       name of the class
 * @param probability from 0 to 1
 */
public record Prediction(int index, String label, double probability) {
}
