package io.github.shufflenet4j.data;

import java.util.Locale;

/** The parts of a data set. */
public enum Split {
    /** What a network learns from. */
    TRAIN,
    /** What it is measured on. */
    VAL;

    /** Name of the part's folder: {@code train} or {@code val}. */
    public String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
