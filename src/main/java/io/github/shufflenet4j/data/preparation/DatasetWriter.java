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
import io.github.shufflenet4j.data.archive.EntryContent;
import io.github.shufflenet4j.data.archive.EntryName;
import io.github.shufflenet4j.data.rendered.RenderedDataset;

/** Writes images to the folders of their classes, as many as the dataset has and no more. */
final class DatasetWriter {

    private final DatasetDescription dataset;
    private final Path folder;
    private final PreparationProgress progress;
    private final FileWriter files;
    private final Map<Split, Integer> counts = new EnumMap<>(Split.class);
    private final Set<Path> classFolders = new HashSet<>();

    /** Writes a file that is not there yet; another one takes the place of a full disk. */
    @FunctionalInterface
    interface FileWriter {

        /** What a real disk does. */
        FileWriter REAL = (file, content) -> Files.write(file, content, StandardOpenOption.CREATE_NEW);

        void write(Path file, byte[] content) throws IOException;
    }

    /** @param folder exists and is empty */
    DatasetWriter(DatasetDescription dataset, Path folder, PreparationProgress progress, FileWriter files) {
        this.dataset = dataset;
        this.folder = folder;
        this.progress = progress;
        this.files = files;
        for (Split split : Split.values()) {
            counts.put(split, 0);
        }
    }

    private int described(Split split) {
        return split == Split.TRAIN ? dataset.trainImages() : dataset.valImages();
    }

    private int written() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Writes an image.
     *
     * @throws DataException if its class or its name cannot be that of a folder or a file, it is there already, or it
     *                       is one more than the dataset has; or if it cannot be written
     */
    void add(Split split, String label, String name, InputStream content) throws IOException {
        if (!EntryName.isPlain(label) || !EntryName.isPlain(name)) {
            throw new DataException(dataset + ": an image cannot be called '" + label + "/" + name
                    + "': the archive is not the published one");
        }
        if (counts.get(split).equals(described(split))) {
            throw new DataException(dataset + ": the archive has more than the " + described(split) + " "
                    + split.folder() + " images of the dataset, and is refused: it is not the published one");
        }
        byte[] bytes = EntryContent.bytes(name, content);
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
        progress.placed(written(), dataset.images());
    }

    /** Draws all images of the dataset. */
    void render(RenderedDataset rendered) throws IOException {
        try {
            rendered.write(folder);
        } catch (IOException e) {
            throw unwritable(e);
        }
        counts.put(Split.TRAIN, RenderedDataset.CLASSES.size() * rendered.trainPerClass());
        counts.put(Split.VAL, RenderedDataset.CLASSES.size() * rendered.valPerClass());
    }

    /**
     * Writes a file of text.
     *
     * @throws DataException if it cannot be written
     */
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

    /** @throws DataException if images are missing */
    void requireComplete() throws IOException {
        for (Split split : Split.values()) {
            if (counts.get(split) != described(split)) {
                throw new DataException(dataset + ": the archive has " + counts.get(split) + " of the "
                        + described(split) + " " + split.folder() + " images of the dataset: it is not the published"
                        + " one, or incomplete");
            }
        }
    }
}
