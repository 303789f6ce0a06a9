package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.github.shufflenet4j.data.DataException;

/** Opens images in any of the forms that they come in. */
public final class ImageSources {

    private static final String MANIFEST = ".tsv";

    private ImageSources() {
    }

    /** The images at a path of this machine, as {@link #open(Location)} finds them. */
    public static ImageSource open(Path path) throws DataException {
        return open(Location.of(path));
    }

    /**
     * The images at a place: a folder of class folders ({@link ImageFolder}), a folder of tar files or one of them
     * ({@link TarShards}), or a list ({@link ImageManifest}).
     *
     * @throws DataException if there is none of these, or it is faulty
     */
    public static ImageSource open(Location location) throws DataException {
        if (location.isFolder()) {
            return holdsShards(location) ? TarShards.open(location) : ImageFolder.open(location);
        }
        if (!location.exists()) {
            throw new DataException(location + ": no such folder or file");
        }
        return TarShards.isShard(location.name()) ? TarShards.open(location) : ImageManifest.open(location);
    }

    /** A split of a data set on this machine: what is at its {@link #split}. */
    public static ImageSource open(Path data, String split) throws DataException {
        return open(split(Location.of(data), split));
    }

    /**
     * Where a split of a data set, such as {@code train}, lies: the list {@code DATA/train.tsv} if there is one, which
     * may well list the files below {@code DATA/train}; else that folder, whether it exists or not.
     */
    public static Location split(Location data, String split) {
        Location manifest = data.resolve(split + MANIFEST);
        return manifest.exists() ? manifest : data.resolve(split);
    }

    /** Whether there are tar files and no class folders, for which those may be the downloads, as ImageNet's are. */
    private static boolean holdsShards(Location folder) throws DataException {
        try {
            List<String> entries = folder.list();
            return entries.stream().anyMatch(TarShards::isShard) && entries.stream()
                    .noneMatch(entry -> !ImageFolder.isHidden(entry) && folder.resolve(entry).isFolder());
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
        }
    }
}
