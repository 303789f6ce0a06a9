package io.github.shufflenet4j.spark.hadoop;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/** One of Hadoop's file systems as one of Java's, to read from: what lists and reads images needs to know no other. */
final class HadoopFileSystem extends FileSystem {

    private static final String SEPARATOR = "/";

    private final org.apache.hadoop.fs.FileSystem hadoop;

    HadoopFileSystem(org.apache.hadoop.fs.FileSystem hadoop) {
        this.hadoop = hadoop;
    }

    org.apache.hadoop.fs.FileSystem hadoop() {
        return hadoop;
    }

    @Override
    public FileSystemProvider provider() {
        return HadoopFileSystemProvider.INSTANCE;
    }

    /** Does nothing: Hadoop shares its file systems, and closes them at the end of the process. */
    @Override
    public void close() {
        // Nothing of its own.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public String getSeparator() {
        return SEPARATOR;
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath(SEPARATOR));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new HadoopPath(this, Path.of(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HadoopFileSystem that && hadoop.getUri().equals(that.hadoop.getUri());
    }

    @Override
    public int hashCode() {
        return hadoop.getUri().hashCode();
    }
}
