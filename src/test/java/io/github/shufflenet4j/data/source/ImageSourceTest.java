package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class ImageSourceTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void oneImage() throws IOException {
        Files.createDirectories(folder.resolve("train/a"));
        Files.writeString(folder.resolve("train/a/x.jpg"), "content");
    }

    @Test
    void kindsAreToldApart() throws IOException {
        ImageSource classFolders = ImageSource.open(folder, "train");
        assertThat(classFolders).isInstanceOf(ImageFolder.class);
        new ShardWriter(1).write(folder.resolve("val"), Map.of("", classFolders));
        assertThat(ImageSource.open(folder, "val")).isInstanceOf(TarShards.class);
        assertThat(ImageSource.open(folder.resolve("val/000000.tar"))).isInstanceOf(TarShards.class);
        Files.writeString(folder.resolve("list"), "train/a/x.jpg a\n");
        assertThat(ImageSource.open(folder.resolve("list"))).isInstanceOf(ImageManifest.class);
    }

    @Test
    void aListGoesBeforeTheFolderOfItsImages() throws IOException {
        Files.writeString(folder.resolve("train.tsv"), "train/a/x.jpg\tb\n");
        assertThat(ImageSource.open(folder, "train").classes()).containsExactly("b");
        assertThat(ImageSource.split(Location.of(folder), "val")).isEqualTo(Location.of(folder.resolve("val")));
    }

    @Test
    void classFoldersGoBeforeTheArchivesThatTheyCameFrom() throws IOException {
        Files.writeString(folder.resolve("train/a.tar"), "anything");
        assertThat(ImageSource.open(folder, "train")).isInstanceOf(ImageFolder.class);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ImageSource.open(folder, "val")).isInstanceOf(DataException.class)
                .hasMessage(folder.resolve("val") + ": no such folder or file");
        assertThatThrownBy(() -> ImageSource.open(folder.resolve("train/a"))).isInstanceOf(DataException.class)
                .hasMessageContaining("no class folders");
    }
}
