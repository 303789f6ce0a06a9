package io.github.shufflenet4j.data;

import java.util.Locale;

/** The splits of a data set. */
public enum Split {
    /** Training images. */
    TRAIN,
    /** Validation images. */
    VAL;

    /** Name of the folder: {@code train} or {@code val}. */
    public String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
