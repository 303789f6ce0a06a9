package io.github.shufflenet4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WriteCheckTest {

    @TempDir
    private Path folder;

    private static void assertRefused(ThrowingCallable check, Path named, String reason) {
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(check)
                .satisfies(failure -> assertThat(failure.getFile()).isEqualTo(named.toString()))
                .satisfies(failure -> assertThat(failure.getReason()).contains(reason));
    }

    @Test
    void whatCanBeWrittenIsLeftAsItWas() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "before");
        WriteCheck.file(file);
        WriteCheck.file(folder.resolve("new"));
        WriteCheck.folder(folder);
        WriteCheck.folder(folder.resolve("new/and/deeper"));
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining(other -> !other.equals(file));
        assertThat(file).hasContent("before");
    }

    @Test
    void whatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertRefused(() -> WriteCheck.file(folder), folder, "is a folder");
        assertRefused(() -> WriteCheck.file(folder.resolve("none/x")), folder.resolve("none/x"), "does not exist");
        assertRefused(() -> WriteCheck.folder(file), file, "is a file");
        assertRefused(() -> WriteCheck.folder(file.resolve("x/y")), file.resolve("x/y"), file + " is a file");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // whose /sys not even root can write to
    void anUnwritableFolderIsFoundOut() {
        Path system = Path.of("/sys");
        assertRefused(() -> WriteCheck.file(system.resolve("x")), system.resolve("x"), "cannot be written (");
        assertRefused(() -> WriteCheck.folder(system.resolve("x/y")), system.resolve("x/y"), "cannot be written (");
    }
}
