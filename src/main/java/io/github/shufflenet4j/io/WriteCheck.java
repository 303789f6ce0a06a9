package io.github.shufflenet4j.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.apache.commons.io.file.PathUtils;

/**
 * Checks before a long computation that its results can be written. All throw a {@link FileSystemException} that names
 * the file or folder and the fault.
 */
public final class WriteCheck {

    private WriteCheck() {
    }

    /** Checks that {@link AtomicFile} can write a file, whose folder must exist. */
    public static void file(Path file) throws IOException {
        requireFile(file);
        probe(AtomicFile.temporary(file), file);
    }

    /** Checks that files can be written in a folder, or that it can be created. */
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

    /** Checks that a folder is empty or does not exist. */
    public static void emptyFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "exists and is not a folder");
        }
        if (!PathUtils.isEmptyDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "exists and is not empty; nothing was written");
        }
    }

    /** Checks all but the permissions. */
    static void requireFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a file to write");
        }
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw new NoSuchFileException(file.toString(), null, "its folder does not exist");
        }
    }

    /** Creates a file: permissions say nothing of read-only disks, nor of the rights of root. */
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
