package io.github.shufflenet4j.training;

/** What a run does with the classifier of the weights that it starts from. */
public enum StartingHead {
    /** Keeps it: it is for the same classes in the same order. */
    KEPT,
    /** Keeps it: it is for as many classes, whose names the weights do not tell. */
    KEPT_UNCHECKED,
    /** Puts its outputs into the order of the data's classes, which are the same. */
    REORDERED,
    /** Starts with a new one: it is for other classes, or the recipe asks for it. */
    REPLACED
}
