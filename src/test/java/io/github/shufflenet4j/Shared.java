package io.github.shufflenet4j;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/** Reference data beside the project: weights, outputs of torchvision, photos. Tests that need it skip without it. */
public final class Shared {

    private static final Path FOLDER = Path.of("..", "shared");

    private Shared() {
    }

    /** The file or folder at {@code path}; skips the running test if the reference data is not here. */
    public static Path path(String path) {
        Path result = FOLDER.resolve(path);
        Assumptions.assumeTrue(Files.exists(result), "no reference data at " + result);
        return result;
    }
}
