package io.github.shufflenet4j.cli.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

import picocli.CommandLine.ExecutionException;

import io.github.shufflenet4j.backend.BackendUnavailableException;
import io.github.shufflenet4j.io.OneLine;

/** Explains exceptions in a line each. */
public final class Failures {

    private Failures() {
    }

    public static String explain(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError memory) {
                return outOfMemory(String.valueOf(memory.getMessage()));
            }
        }
        if (failure instanceof ExecutionException && failure.getCause() instanceof Error error) {
            return explain(error);
        }
        if (failure instanceof UncheckedIOException unchecked) {
            return explain(unchecked.getCause());
        }
        if (failure instanceof FileSystemException system) {
            return system.getFile() + ": " + reason(system);
        }
        if (failure instanceof IOException || failure instanceof IllegalArgumentException
                || failure instanceof BackendUnavailableException) {
            return OneLine.of(String.valueOf(failure.getMessage()));
        }
        return "unexpected " + failure.getClass().getSimpleName() + ": "
                + OneLine.of(String.valueOf(failure.getMessage())) + " (run again with --verbose and report it)";
    }

    private static String reason(FileSystemException failure) {
        return failure.getReason() != null ? failure.getReason()
                : failure instanceof NoSuchFileException ? "no such file"
                : failure instanceof NotDirectoryException ? "not a directory"
                : failure instanceof AccessDeniedException ? "permission denied"
                : failure instanceof FileAlreadyExistsException ? "already exists and is not a directory"
                : "cannot be used";
    }

    private static String outOfMemory(String reason) {
        // JavaCPP's message, on memory outside the heap.
        boolean offHeap = reason.contains("totalBytes") || reason.contains("physicalBytes");
        return "out of memory" + (offHeap ? " outside Java's heap (" : " (") + OneLine.of(reason)
                + "): lower --batch-size, --micro-batch-size or --threads, or raise the limit, such as by"
                + " SHUFFLENET_JAVA_OPTS=" + (offHeap ? "-Dorg.bytedeco.javacpp.maxbytes=8g" : "-Xmx8g");
    }
}
