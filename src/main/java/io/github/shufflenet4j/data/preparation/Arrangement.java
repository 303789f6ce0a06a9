package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.List;

import io.github.shufflenet4j.data.archive.Archive;

/** Knows one form that datasets are published in. */
@FunctionalInterface
interface Arrangement {

    /**
     * Hands every image to {@code writer}, with its class.
     *
     * @param archives as many as {@link Layout#files()} says, in the description's order
     * @throws IOException naming the archive that is not of this form
     */
    void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException;
}
