package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.io.FileUtils;
import org.apache.commons.io.file.PathUtils;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.io.download.FileCache;

/**
 * Makes {@code DIR/train/<class>/*} and {@code DIR/val/<class>/*} of a published dataset, completely or not at all.
 * Archives are downloaded to {@code DIR.download}, where interrupted downloads resume; images are written to
 * {@code DIR.partial}, which is renamed at the end. {@code DIR/dataset.yaml} is the description. Processes wait for
 * each other by {@code .DIR.lock}, an empty file that stays.
 */
public final class DatasetPreparation {

    /** Name of the copy of the description in a prepared dataset. */
    public static final String DESCRIPTION_FILE = "dataset.yaml";

    private final FileCache downloads;
    private final PreparationProgress progress;
    private final DatasetWriter.FileWriter files;

    /** @param downloads settings of downloads; its folder is not used */
    public DatasetPreparation(FileCache downloads, PreparationProgress progress) {
        this(downloads, progress, DatasetWriter.FileWriter.REAL);
    }

    DatasetPreparation(FileCache downloads, PreparationProgress progress, DatasetWriter.FileWriter files) {
        this.downloads = downloads;
        this.progress = progress;
        this.files = files;
    }

    /**
     * Prepares a dataset.
     *
     * @param output must not exist, be empty, or hold the same dataset already
     * @param given  archives that were downloaded before, or folders with them; they are kept
     * @param keep   whether to keep downloads
     * @return false if the dataset was prepared already
     * @throws DataException if the folder holds something else, an archive must be fetched by hand, is not the
     *     published one, or could do harm, or the disk is full; {@code output} is then as it was
     * @throws IOException if a download fails, or files cannot be read
     */
    @SuppressWarnings("try") // the mutex is held, not used
    public boolean prepare(DatasetDescription dataset, Path output, List<Path> given, boolean keep)
            throws IOException {
        Path folder = output.toAbsolutePath().normalize();
        if (isPrepared(dataset, folder)) {
            return false;
        }
        Map<DatasetFile, Path> here = find(dataset, given);
        requireGivenByHand(dataset, here.keySet());
        Files.createDirectories(folder.getParent());
        Path lock = folder.resolveSibling("." + folder.getFileName() + ".lock");
        try (FileMutex mutex = FileMutex.acquire(lock, () -> progress.waiting(folder))) {
            if (isPrepared(dataset, folder)) { // by another process meanwhile
                return false;
            }
            prepare(dataset, folder, here, keep);
            return true;
        }
    }

    private void prepare(DatasetDescription dataset, Path folder, Map<DatasetFile, Path> here, boolean keep)
            throws IOException {
        Path download = Files.createDirectories(sibling(folder, ".download"));
        try {
            write(dataset, archives(dataset, here, download), folder);
            if (!keep) {
                FileUtils.deleteDirectory(download.toFile());
            }
        } finally {
            try {
                Files.deleteIfExists(download);
            } catch (DirectoryNotEmptyException e) {
                // downloads are kept
            }
        }
    }

    /**
     * Recognizes given files by their names, or as the dataset's only file.
     *
     * @param given files, or folders with them
     * @throws DataException if one does not exist, or is or holds none of the dataset's
     */
    private static Map<DatasetFile, Path> find(DatasetDescription dataset, List<Path> given) throws DataException {
        Map<DatasetFile, Path> found = new HashMap<>();
        for (Path path : given) {
            DataException.throwIf(!Files.exists(path), path + ": no such file");
            boolean folder = Files.isDirectory(path);
            boolean used = false;
            for (DatasetFile file : dataset.files()) {
                Path candidate = folder ? path.resolve(file.name()) : path;
                if (folder ? Files.isRegularFile(candidate)
                        : dataset.files().size() == 1 || path.endsWith(file.name())) {
                    found.put(file, candidate);
                    used = true;
                }
            }
            DataException.throwIf(!used, path + ": " + (folder ? "holds none of" : "is none of") + " the files of "
                    + dataset + ": "
                    + dataset.files().stream().map(DatasetFile::name).collect(Collectors.joining(", ")));
        }
        return found;
    }

    private static void requireGivenByHand(DatasetDescription dataset, Set<DatasetFile> given)
            throws DataException {
        List<String> missing = dataset.files().stream()
                .filter(file -> file.uri().isEmpty() && !given.contains(file)).map(DatasetFile::name).toList();
        if (!missing.isEmpty()) {
            throw new DataException(dataset + ": cannot be downloaded without an account: fetch "
                    + String.join(", ", missing) + " from " + dataset.homepage().orElseThrow()
                    + " by hand, and name the folder with them, or each of them, by --archive");
        }
    }

    private static boolean isPrepared(DatasetDescription dataset, Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        DataException.throwIf(!Files.isDirectory(folder), folder + ": exists and is not a folder");
        Path description = folder.resolve(DESCRIPTION_FILE);
        if (Files.isRegularFile(description) && Files.readString(description).equals(dataset.yaml())) {
            return true;
        }
        if (!PathUtils.isEmptyDirectory(folder)) {
            throw new DataException(folder + ": holds something else than this dataset; choose another folder, or"
                    + " remove it");
        }
        return false;
    }

    private List<Archive> archives(DatasetDescription dataset, Map<DatasetFile, Path> here, Path download)
            throws IOException {
        List<Archive> archives = new ArrayList<>();
        FileCache cache = downloads.in(download);
        for (DatasetFile file : dataset.files()) {
            Path archive = here.get(file);
            if (archive != null) {
                progress.checking(archive);
                file.check(archive);
            } else {
                archive = cache.fetch(file.remote(dataset.name()).orElseThrow(), progress);
            }
            archives.add(new Archive(archive, file.archive()));
        }
        return archives;
    }

    private void write(DatasetDescription dataset, List<Archive> archives, Path folder) throws IOException {
        Path partial = sibling(folder, ".partial");
        FileUtils.deleteDirectory(partial.toFile()); // of a process that was killed
        Files.createDirectories(partial);
        try {
            requireRoom(archives, partial);
            DatasetWriter writer = new DatasetWriter(dataset, partial, progress, files);
            dataset.layout().addTo(writer, dataset, archives);
            writer.requireComplete();
            writer.addText(DESCRIPTION_FILE, dataset.yaml());
            Files.deleteIfExists(folder); // empty
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileUtils.deleteDirectory(partial.toFile());
        }
    }

    /** Images take about as much as the archives that they come from. */
    private static void requireRoom(List<Archive> archives, Path folder) throws IOException {
        long needed = 0;
        for (Archive archive : archives) {
            needed += Files.size(archive.file());
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (needed > free) {
            throw new DataException(folder + ": the disk is too full: about " + needed + " bytes are needed where "
                    + free + " are free; make room, or choose another folder, and run it again: what has been"
                    + " downloaded is kept");
        }
    }

    private static Path sibling(Path folder, String ending) {
        return folder.resolveSibling(folder.getFileName() + ending);
    }
}
