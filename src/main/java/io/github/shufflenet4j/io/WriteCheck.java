package io.github.shufflenet4j.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whether what a program writes at its end can be written: to be found out before it starts to work. */
public final class WriteCheck {

    private WriteCheck() {
    }

    /**
     * Checks that a file can be written as {@link AtomicFile} does; leaves nothing behind.
     *
     * @param file may exist; its folder must
     * @throws FileSystemException naming the file and the fault
     */
    public static void file(Path file) throws IOException {
        requireFile(file);
        probe(AtomicFile.temporary(file), file);
    }

    /**
     * Checks that files can be written in a folder, or that it can be made; leaves nothing behind.
     *
     * @param folder may exist, and so may its parents
     * @throws FileSystemException naming the folder and the fault
     */
    public static void folder(Path folder) throws IOException {
        Path existing = folder.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new FileSystemException(folder.toString(), null,
                    existing.equals(folder.toAbsolutePath()) ? "is a file, not a folder" : existing + " is a file");
        }
        probe(AtomicFile.temporary(existing.resolve("probe")), folder);
    }

    /** Without a look at permissions. */
    static void requireFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a file to write");
        }
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw new NoSuchFileException(file.toString(), null, "its folder does not exist");
        }
    }

    /** Only an attempt tells: permissions say nothing of read-only disks, nor of what root may. */
    private static void probe(Path temporary, Path named) throws IOException {
        try {
            Files.createFile(temporary);
        } catch (FileSystemException e) {
            throw new FileSystemException(named.toString(), null, "cannot be written ("
                    + (e instanceof AccessDeniedException ? "permission denied"
                    : e.getReason() != null ? e.getReason() : e.getClass().getSimpleName()) + ")");
        }
        Files.delete(temporary);
    }
}
