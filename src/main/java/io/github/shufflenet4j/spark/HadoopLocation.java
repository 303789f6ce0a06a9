package io.github.shufflenet4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

import io.github.shufflenet4j.data.source.Location;

/**
 * A place in one of Hadoop's file systems.
 *
 * @param configuration of the file systems
 * @param path          with scheme and authority
 */
record HadoopLocation(SerializableConfiguration configuration, Path path) implements Location {

    /**
     * A place by its path or URI as Hadoop understands them: without a scheme it lies in the default file system.
     *
     * @throws IOException naming the path if it is none, or if no such file system is configured
     */
    static Location of(String description, Configuration configuration) throws IOException {
        try {
            Path path = new Path(description);
            FileSystem files = path.getFileSystem(configuration);
            return files.getUri().getScheme().equals("file")
                    ? Location.of(java.nio.file.Path.of(path.toUri().getPath()))
                    : new HadoopLocation(new SerializableConfiguration(configuration), files.makeQualified(path));
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(description + ": " + e.getMessage(), e);
        }
    }

    private FileSystem system() throws IOException {
        return path.getFileSystem(configuration.value());
    }

    private Location at(Path other) {
        return new HadoopLocation(configuration, other);
    }

    @Override
    public Location resolve(String name) {
        // A colon in a relative path does not end a scheme here.
        return at(new Path(path, new Path(null, null, name)));
    }

    @Override
    public Location parent() {
        return path.isRoot() ? this : at(path.getParent());
    }

    @Override
    public Location absolute() {
        return this;
    }

    @Override
    public String name() {
        return path.getName();
    }

    @Override
    public boolean exists() {
        try {
            return system().exists(path);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isFolder() {
        try {
            return system().getFileStatus(path).isDirectory();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public long size() throws IOException {
        return system().getFileStatus(path).getLen();
    }

    @Override
    public List<String> list() throws IOException {
        return Arrays.stream(system().listStatus(path)).map(entry -> entry.getPath().getName()).toList();
    }

    @Override
    public List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        addFiles(path, "", files);
        return files;
    }

    private void addFiles(Path folder, String prefix, List<String> files) throws IOException {
        for (FileStatus entry : system().listStatus(folder)) {
            String name = prefix + entry.getPath().getName();
            if (entry.isDirectory()) {
                addFiles(new Path(folder, new Path(null, null, entry.getPath().getName())), name + "/", files);
            } else {
                files.add(name);
            }
        }
    }

    @Override
    public InputStream open() throws IOException {
        return system().open(path);
    }

    @Override
    public byte[] read(long start, int length) throws IOException {
        byte[] content = new byte[length];
        try (FSDataInputStream in = system().open(path)) {
            in.readFully(start, content);
        }
        return content;
    }

    /** The URI. */
    @Override
    public String toString() {
        return path.toString();
    }
}
