package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.shufflenet4j.data.DataException;

/** Encoded images with labels, numbered from 0: a folder, a list, an archive. Thread-safe. */
public interface ImageSource {

    /** What the name of a list of images ends in. */
    String LIST = ".tsv";

    /** The number of samples. */
    int size();

    /** The class names; a label is an index into them. */
    List<String> classes();

    /** The label of a sample. */
    int label(int sample);

    /** The name of a sample in messages and reports: the path of its file. */
    String name(int sample);

    /** Reads the encoded image. */
    byte[] read(int sample) throws IOException;

    /**
     * Identifies the images by classes, names and sizes of the files.
     *
     * @throws DataException if files have changed
     */
    Fingerprint fingerprint() throws DataException;

    /**
     * The same samples, labelled by another list of class names, such as that of a trained model.
     *
     * @throws DataException naming a class that the list does not have
     */
    default ImageSource labelledBy(List<String> classes) throws DataException {
        Map<String, Integer> indices = new HashMap<>();
        for (String name : classes) {
            indices.putIfAbsent(name, indices.size());
        }
        DataException.throwIf(indices.size() < classes.size(),
                "a class name occurs twice among the " + classes.size() + " given");
        int[] labels = new int[classes().size()];
        for (int i = 0; i < labels.length; i++) {
            Integer index = indices.get(classes().get(i));
            DataException.throwIf(index == null,
                    "class '" + classes().get(i) + "' is none of the " + classes.size() + " known");
            labels[i] = index;
        }
        return new RelabelledSource(this, List.copyOf(classes), labels);
    }

    /** The images at a path of this machine, as {@link #open(Location)} opens them. */
    static ImageSource open(Path path) throws DataException {
        return open(Location.of(path));
    }

    /**
     * The images at a place: a folder of class folders ({@link ImageFolder}), a folder of tar files or one of them
     * ({@link TarShards}), or a list ({@link ImageManifest}).
     *
     * @throws DataException if there is none of these, or it is faulty
     */
    static ImageSource open(Location location) throws DataException {
        if (location.isFolder()) {
            return TarShards.areIn(location) ? TarShards.open(location) : ImageFolder.open(location);
        }
        DataException.throwIf(!location.exists(), location + ": no such folder or file");
        return TarShards.isShard(location.name()) ? TarShards.open(location) : ImageManifest.open(location);
    }

    /** A split of a data set on this machine, see {@link #split}. */
    static ImageSource open(Path data, String split) throws DataException {
        return open(split(Location.of(data), split));
    }

    /**
     * Where a split of a data set, {@code train} or {@code val}, lies: the list {@code DATA/train.tsv} if there is one,
     * which may well list the files below {@code DATA/train}; else that folder, whether it exists or not. If neither
     * exists, but the same is called {@code training}, {@code valid} or {@code validation}, that.
     */
    static Location split(Location data, String split) {
        return Stream.concat(Stream.of(split), Stream.of("training", "valid", "validation")
                        .filter(name -> name.startsWith(split)))
                .flatMap(name -> Stream.of(data.resolve(name + LIST), data.resolve(name)))
                .filter(Location::exists).findFirst().orElse(data.resolve(split));
    }
}
