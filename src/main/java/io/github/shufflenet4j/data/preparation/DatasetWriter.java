package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** Writes the images of a dataset to class folders. */
final class DatasetWriter {

    private final DatasetDescription dataset;
    private final Path folder;
    private final PreparationProgress progress;
    private final FileWriter files;
    private final Map<Split, Integer> counts = new EnumMap<>(Split.class);
    private final Set<Path> classFolders = new HashSet<>();

    /** Writes a file that does not exist yet; replaced in tests of a full disk. */
    @FunctionalInterface
    interface FileWriter {

        FileWriter REAL = (file, content) -> Files.write(file, content, StandardOpenOption.CREATE_NEW);

        void write(Path file, byte[] content) throws IOException;
    }

    /** @param folder exists and is empty */
    DatasetWriter(DatasetDescription dataset, Path folder, PreparationProgress progress, FileWriter files) {
        this.dataset = dataset;
        this.folder = folder;
        this.progress = progress;
        this.files = files;
    }

    private int expected(Split split) {
        return split == Split.TRAIN ? dataset.trainImages() : dataset.valImages();
    }

    private int written(Split split) {
        return counts.getOrDefault(split, 0);
    }

    /**
     * Writes an image.
     *
     * @throws DataException if its class or name is no file name, the image exists already or is one more than the
     *     dataset has, or if it cannot be written
     */
    void add(Split split, String label, String name, InputStream content) throws IOException {
        DataException.throwIf(!Archive.isFileName(label) || !Archive.isFileName(name), dataset
                + ": an image cannot be called '" + label + "/" + name + "': the archive is not the published one");
        DataException.throwIf(written(split) == expected(split), dataset + ": the archive has more than the "
                + expected(split) + " " + split.folder()
                + " images of the dataset, and is refused: it is not the published one");
        byte[] bytes = Archive.bytes(name, content);
        Path file = folder.resolve(split.folder()).resolve(label).resolve(name);
        try {
            if (classFolders.add(file.getParent())) {
                Files.createDirectories(file.getParent());
            }
            files.write(file, bytes);
        } catch (FileAlreadyExistsException e) {
            throw new DataException(dataset + ": the archive has " + split.folder() + "/" + label + "/" + name
                    + " twice, and is refused: it is not the published one", e);
        } catch (IOException e) {
            throw unwritable(e);
        }
        counts.merge(split, 1, Integer::sum);
        progress.placed(written(Split.TRAIN) + written(Split.VAL), dataset.images());
    }

    void render(RenderedDataset rendered) throws IOException {
        try {
            rendered.write(folder);
        } catch (IOException e) {
            throw unwritable(e);
        }
        counts.put(Split.TRAIN, RenderedDataset.CLASSES.size() * rendered.trainPerClass());
        counts.put(Split.VAL, RenderedDataset.CLASSES.size() * rendered.valPerClass());
    }

    void addText(String name, String text) throws IOException {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private DataException unwritable(IOException e) {
        String reason = e instanceof FileSystemException system && system.getReason() != null ? system.getReason()
                : String.valueOf(e.getMessage());
        return new DataException(folder + ": cannot be written to (" + reason + "); make room, or choose another"
                + " folder, and run it again: what has been downloaded is kept", e);
    }

    void requireComplete() throws IOException {
        for (Split split : Split.values()) {
            DataException.throwIf(written(split) != expected(split), dataset + ": the archive has " + written(split)
                    + " of the " + expected(split) + " " + split.folder()
                    + " images of the dataset: it is not the published one, or incomplete");
        }
    }
}
