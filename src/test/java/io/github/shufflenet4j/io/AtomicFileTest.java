package io.github.shufflenet4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path folder;

    @Test
    void replacesWhatWasThere() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "old and longer");
        AtomicFile.write(file, out -> out.write("new".getBytes()));
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryContaining(file::equals);
        assertThat(Files.list(folder)).containsExactly(file);
    }

    @Test
    void showsNothingUntilAllIsWritten() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, out -> {
            out.write(new byte[1 << 20]);
            assertThat(file).doesNotExist();
        });
        assertThat(file).hasSize(1 << 20);
    }

    @Test
    void leavesTheOldFileAndNothingElseWhenWritingFails() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
            out.write('n');
            throw new IOException("disk full");
        })).isInstanceOf(IOException.class).hasMessage("disk full");
        assertThat(file).hasContent("old");
        assertThat(Files.list(folder)).containsExactly(file);
    }

    @Test
    void namesTheTargetWhenItCannotBeWritten() {
        assertThatThrownBy(() -> AtomicFile.write(folder, out -> { }))
                .isInstanceOf(FileSystemException.class).hasMessageContaining(folder + ": is a folder");
        Path orphan = folder.resolve("missing").resolve("a.txt");
        assertThatThrownBy(() -> AtomicFile.write(orphan, out -> { }))
                .isInstanceOf(NoSuchFileException.class).hasMessageContaining(orphan + ": its folder does not exist");
    }
}
