package io.github.shufflenet4j.spark.hadoop;

import java.io.File;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Objects;

/**
 * A path in one of Hadoop's file systems. What paths are and how they are combined is the same as on Unix, so that a
 * local path of the same names does the work.
 *
 * @param files what it lies in
 * @param names from the root, or relative
 */
record HadoopPath(HadoopFileSystem files, Path names) implements Path {

    static HadoopPath of(Path path) {
        if (path instanceof HadoopPath known) {
            return known;
        }
        throw new ProviderMismatchException(path + " is not in one of Hadoop's file systems");
    }

    private static Path names(Path path) {
        return of(path).names;
    }

    private Path with(Path other) {
        return other == null ? null : new HadoopPath(files, other);
    }

    /** As Hadoop knows it. */
    org.apache.hadoop.fs.Path toHadoop() {
        Path absolute = toAbsolutePath().normalize().names;
        return files.hadoop().makeQualified(new org.apache.hadoop.fs.Path(absolute.toString()));
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return names.isAbsolute();
    }

    @Override
    public Path getRoot() {
        return with(names.getRoot());
    }

    @Override
    public Path getFileName() {
        return with(names.getFileName());
    }

    @Override
    public Path getParent() {
        return with(names.getParent());
    }

    @Override
    public int getNameCount() {
        return names.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return with(names.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return with(names.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return names.startsWith(names(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return names.endsWith(names(other));
    }

    @Override
    public HadoopPath normalize() {
        return new HadoopPath(files, names.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return with(names.resolve(names(other)));
    }

    @Override
    public Path relativize(Path other) {
        return with(names.relativize(names(other)));
    }

    @Override
    public URI toUri() {
        return toHadoop().toUri();
    }

    @Override
    public HadoopPath toAbsolutePath() {
        return names.isAbsolute() ? this : new HadoopPath(files, Path.of("/").resolve(names));
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public File toFile() {
        throw new UnsupportedOperationException(this + " is not a local file");
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("files of Hadoop cannot be watched");
    }

    @Override
    public int compareTo(Path other) {
        return names.compareTo(names(other));
    }

    /** Its address if it is absolute, else its names. */
    @Override
    public String toString() {
        URI root = files.hadoop().getUri();
        return names.isAbsolute()
                ? new org.apache.hadoop.fs.Path(root.getScheme(), root.getAuthority(), names.toString()).toString()
                : names.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HadoopPath that && files.equals(that.files) && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(files, names);
    }
}
