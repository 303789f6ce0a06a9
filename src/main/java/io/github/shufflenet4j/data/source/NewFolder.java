package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.github.shufflenet4j.data.DataException;

/** Folders that are to be filled. */
public final class NewFolder {

    private NewFolder() {
    }

    /** @throws DataException if the folder exists and is not empty, or is a file */
    public static void require(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": exists and is not a folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw new DataException(folder + ": exists and is not empty; nothing was written");
            }
        }
    }
}
