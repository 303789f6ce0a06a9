package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class ImageListTest {

    @TempDir
    private Path folder;

    private static List<String> names(ImageList images) {
        return IntStream.range(0, images.size()).mapToObj(images::name).toList();
    }

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    @Test
    void filesFoldersAndListsKeepTheirOrder() throws IOException {
        Path later = file("photos/b/1.jpg");
        Path sooner = file("photos/2.PNG");
        file("photos/.hidden/3.jpg");
        file("photos/notes.md");
        Path list = Files.writeString(folder.resolve("list.tsv"), "# a comment\nphotos/2.PNG\ta class\n\n"
                + later.toAbsolutePath() + "\n");
        ImageList images = new ImageList.Builder().add(folder.resolve("missing.jpg")).add(folder.resolve("photos"))
                .add(list).build();
        assertThat(names(images)).containsExactly(folder.resolve("missing.jpg").toString(), sooner.toString(),
                later.toString(), sooner.toString(), later.toAbsolutePath().toString());
        assertThat(images.read(1)).asString().isEqualTo("photos/2.PNG");
    }

    /** Names of files on standard input are as another program wrote them, whatever they begin with. */
    @Test
    void linesOfAStreamAreWholePaths() throws IOException {
        ImageList images = new ImageList.Builder().addLines("standard input", new ByteArrayInputStream(
                "#1.jpg\r\n\na b.txt\nc\td.jpg\n".getBytes(StandardCharsets.UTF_8))).build();
        assertThat(names(images)).containsExactly("#1.jpg", "a b.txt", "c\td.jpg");
    }

    @Test
    void placesWithoutImagesAreNamed() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path list = Files.writeString(folder.resolve("list.TXT"), "# nothing\n");
        ImageList.Builder images = new ImageList.Builder();
        assertThatThrownBy(() -> images.add(empty)).isInstanceOf(DataException.class)
                .hasMessageStartingWith(empty + ": no images in it");
        assertThatThrownBy(() -> images.add(list)).hasMessageStartingWith(list + ": lists no images");
        assertThatThrownBy(() -> images.add(folder.resolve("none.txt"))).hasMessageEndingWith(
                "none.txt: no such file");
        assertThatThrownBy(() -> images.addLines("standard input", new ByteArrayInputStream(new byte[] {'a', '\n',
            (byte) 0xFF}))).hasMessage("standard input: not UTF-8 text after line 0");
    }
}
