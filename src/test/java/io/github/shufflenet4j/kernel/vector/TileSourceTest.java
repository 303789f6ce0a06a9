package io.github.shufflenet4j.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TileSourceTest {

    @Test
    void tilesAreAsGenerated() throws IOException {
        for (Path file : TileSource.files()) {
            assertThat(Files.readString(file)).isEqualTo(TileSource.generated(file));
        }
    }
}
