package consumer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.ShardWriter;

/** Commons Compress, which reads tar files, fails to load a class where Commons IO is older than it needs. */
class TarShardsTest {

    @Test
    void tarShardsAreWrittenAndOpened(@TempDir Path folder) throws Exception {
        byte[] content = {1, 2, 3};
        Path tulip = folder.resolve("photos/tulip/1.jpg");
        Files.createDirectories(tulip.getParent());
        Files.write(tulip, content);
        Path shards = folder.resolve("shards");
        new ShardWriter(10).write(shards, Map.of("train", ImageFolder.open(folder.resolve("photos"))));
        ImageSource images = ImageSource.open(shards, "train");
        assertEquals(List.of("tulip"), images.classes());
        assertArrayEquals(content, images.read(0));
    }
}
