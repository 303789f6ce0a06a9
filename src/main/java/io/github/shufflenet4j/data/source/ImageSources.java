package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.github.shufflenet4j.data.DataException;

/** The kinds of image sources, told apart by what lies at a path. */
public final class ImageSources {

    private static final String MANIFEST = ".tsv";

    private ImageSources() {
    }

    /**
     * The images at a path: a folder of class folders ({@link ImageFolder}), a folder of tar files or one of them
     * ({@link TarShards}), or a list ({@link ImageManifest}).
     *
     * @throws DataException if there is none of these, or it is faulty
     */
    public static ImageSource open(Path path) throws DataException {
        if (Files.isDirectory(path)) {
            return holdsShards(path) ? TarShards.open(path) : ImageFolder.open(path);
        }
        if (!Files.exists(path)) {
            throw new DataException(path + ": no such folder or file");
        }
        return TarShards.isShard(path) ? TarShards.open(path) : ImageManifest.open(path);
    }

    /**
     * A part of a data set, such as {@code train}: what the list {@code DATA/train.tsv} says, if there is one, which
     * may well list the files below {@code DATA/train}; else what {@link #open} finds in that folder.
     *
     * @throws DataException if there is neither, or it is faulty
     */
    public static ImageSource open(Path data, String part) throws DataException {
        return open(path(data, part));
    }

    /** Where a part of a data set lies, or would lie. */
    public static Path path(Path data, String part) {
        Path manifest = data.resolve(part + MANIFEST);
        return Files.exists(manifest) ? manifest : data.resolve(part);
    }

    /** Tar files beside class folders are what those came from, as ImageNet's are. */
    private static boolean holdsShards(Path folder) throws DataException {
        try (Stream<Path> entries = Files.list(folder)) {
            boolean shards = false;
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (ImageFolder.isClassFolder(entry)) {
                    return false;
                }
                shards |= TarShards.isShard(entry);
            }
            return shards;
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }
}
