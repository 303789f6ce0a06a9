package io.github.shufflenet4j;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/** Optional reference data beside the project: weights, outputs of torchvision, photos. */
public final class Shared {

    private static final Path FOLDER = Path.of("..", "shared");

    private Shared() {
    }

    /** The file or folder at {@code path}; skips the running test if it is missing. */
    public static Path path(String path) {
        Path result = FOLDER.resolve(path);
        Assumptions.assumeTrue(Files.exists(result), "no reference data at " + result);
        return result;
    }
}
