package io.github.shufflenet4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

import io.github.shufflenet4j.backend.BackendUnavailableException;

/** Turns an exception into the one line that a user needs. */
final class Failures {

    private Failures() {
    }

    static String explain(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return explain(unchecked.getCause());
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (failure instanceof NotDirectoryException file) {
            return file.getFile() + ": not a directory";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + ": already exists and is not a directory";
        }
        if (failure instanceof FileSystemException system) {
            return system.getFile() + ": " + (system.getReason() == null ? "cannot be used" : system.getReason());
        }
        if (failure instanceof IOException || failure instanceof IllegalArgumentException
                || failure instanceof BackendUnavailableException) {
            return Main.oneLine(String.valueOf(failure.getMessage()));
        }
        return "unexpected " + failure.getClass().getSimpleName() + ": "
                + Main.oneLine(String.valueOf(failure.getMessage())) + " (run again with --verbose and report it)";
    }
}
