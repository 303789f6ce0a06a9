package io.github.shufflenet4j.spark.hadoop;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.util.SerializableConfiguration;

import io.github.shufflenet4j.data.source.Extent;
import io.github.shufflenet4j.data.source.LocatedImages;

/** Files in this machine's file system or another one that Hadoop knows. */
public final class HadoopFiles {

    private static final String LOCAL = "file";

    private final Configuration configuration;

    /** @param configuration says which file system is the default one, and how each is reached */
    public HadoopFiles(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * A path or an address as Hadoop understands it: what names no file system lies in the default one.
     *
     * @throws IOException if it is none, or in no file system that is known; the message names it
     */
    public Path path(String description) throws IOException {
        org.apache.hadoop.fs.Path path;
        try {
            path = new org.apache.hadoop.fs.Path(description);
        } catch (IllegalArgumentException e) {
            throw new IOException(description + ": no path (" + e.getMessage() + ")", e);
        }
        FileSystem files;
        try {
            files = path.getFileSystem(configuration);
        } catch (IOException e) {
            throw new IOException(description + ": " + e.getMessage(), e);
        }
        return files.getUri().getScheme().equals(LOCAL) ? Path.of(path.toUri().getPath())
                : new HadoopPath(new HadoopFileSystem(files), FileSystems.getDefault().getPath(
                        path.isAbsolute() ? path.toUri().getPath() : files.makeQualified(path).toUri().getPath()));
    }

    /** Reads images in all of these file systems, wherever it is sent. */
    public LocatedImages.Reader reader() {
        return new Reader(new SerializableConfiguration(configuration));
    }

    private record Reader(SerializableConfiguration configuration) implements LocatedImages.Reader {

        @Override
        public byte[] read(Extent extent) throws IOException {
            URI file = extent.file();
            return file.getScheme().equals(LOCAL) ? extent.read(Path.of(file)) : readShared(file, extent);
        }

        private byte[] readShared(URI file, Extent extent) throws IOException {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
            FileSystem files = path.getFileSystem(configuration.value());
            int length = extent.length() == Extent.TO_THE_END
                    ? Math.toIntExact(files.getFileStatus(path).getLen()) : extent.length();
            byte[] content = new byte[length];
            try (FSDataInputStream in = files.open(path)) {
                in.readFully(extent.start(), content);
            }
            return content;
        }
    }
}
