package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * A file or folder that images are read from, on this machine or in another file system. Immutable. Serialized, it is
 * the same place for another process that reaches the file system. Its text is the path or the URI.
 */
public interface Location extends Serializable {

    /** A place in this machine's file system. */
    static Location of(Path path) {
        return new LocalLocation(path);
    }

    /**
     * A place below this folder, or anywhere in the file system if the path is absolute.
     *
     * @throws IllegalArgumentException if the file system knows no such paths
     */
    Location resolve(String path);

    /** The folder that this lies in, by its absolute path; a root lies in itself. */
    Location parent();

    /** The same place by its absolute path, without {@code .} and {@code ..}. */
    Location absolute();

    /** The last element of the path. */
    String name();

    /** Whether there is a file or folder here that can be reached. */
    boolean exists();

    /** Whether there is a folder here that can be reached. */
    boolean isFolder();

    /** The size of the file in bytes; -1 for a link to a file that does not exist. */
    long size() throws IOException;

    /** The names of the files and folders in this folder, in no particular order. */
    List<String> list() throws IOException;

    /**
     * The files in this folder and the folders below it, links followed, in no particular order.
     *
     * @return their paths relative to this folder, with slashes
     */
    List<String> files() throws IOException;

    /** Opens the file to read it from its start; skipping bytes does not read them. */
    InputStream open() throws IOException;

    /** Reads the whole file. */
    default byte[] read() throws IOException {
        try (InputStream content = open()) {
            return content.readAllBytes();
        }
    }

    /**
     * Reads a range of the file.
     *
     * @throws java.io.EOFException if the file ends before
     */
    byte[] read(long start, int length) throws IOException;
}
