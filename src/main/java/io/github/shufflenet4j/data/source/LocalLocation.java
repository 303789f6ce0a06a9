package io.github.shufflenet4j.data.source;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A place in this machine's file system. */
record LocalLocation(Path path) implements Location {

    LocalLocation {
        Objects.requireNonNull(path, "path");
    }

    /** Paths are not serializable, and relative ones differ between processes. */
    private record Serialized(String path) implements Serializable {
        private Object readResolve() {
            return new LocalLocation(Path.of(path));
        }
    }

    private Object writeReplace() {
        return new Serialized(path.toAbsolutePath().toString());
    }

    @Override
    public Location resolve(String name) {
        return new LocalLocation(path.resolve(name));
    }

    @Override
    public Location parent() {
        Path absolute = path.toAbsolutePath();
        return new LocalLocation(Objects.requireNonNullElse(absolute.getParent(), absolute));
    }

    @Override
    public Location absolute() {
        return new LocalLocation(path.toAbsolutePath().normalize());
    }

    @Override
    public String name() {
        return String.valueOf(path.getFileName());
    }

    @Override
    public boolean exists() {
        return Files.exists(path);
    }

    @Override
    public boolean isFolder() {
        return Files.isDirectory(path);
    }

    @Override
    public long size() throws IOException {
        try {
            return Files.size(path);
        } catch (IOException e) {
            if (Files.isSymbolicLink(path)) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public List<String> list() throws IOException {
        return relative(Files.list(path));
    }

    @Override
    public List<String> files() throws IOException {
        return relative(Files.find(path, Integer.MAX_VALUE, (file, attributes) -> !attributes.isDirectory(),
                FileVisitOption.FOLLOW_LINKS));
    }

    private List<String> relative(Stream<Path> paths) throws IOException {
        try (paths) {
            return paths.map(file -> path.relativize(file).toString().replace(File.separatorChar, '/')).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public InputStream open() throws IOException {
        return Files.newInputStream(path);
    }

    @Override
    public byte[] read() throws IOException {
        return Files.readAllBytes(path);
    }

    @Override
    public byte[] read(long start, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            channel.position(start);
            while (content.hasRemaining()) {
                if (channel.read(content) < 0) {
                    throw new EOFException(path + " has become shorter");
                }
            }
        }
        return content.array();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
