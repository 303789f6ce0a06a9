package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.shufflenet4j.data.DataException;

/** Which files of a dataset a user has already. */
final class GivenFiles {

    private final DatasetDescription dataset;
    private final Map<DatasetFile, Path> paths = new LinkedHashMap<>();

    private GivenFiles(DatasetDescription dataset) {
        this.dataset = dataset;
    }

    /**
     * Finds out by their names.
     *
     * @param given files, or folders with them; the name of a file does not matter if the dataset has only one
     * @throws DataException if one of them is missing, or none of the dataset's
     */
    static GivenFiles of(DatasetDescription dataset, List<Path> given) throws IOException {
        GivenFiles files = new GivenFiles(dataset);
        for (Path path : given) {
            if (!Files.exists(path)) {
                throw new DataException(path + ": no such file");
            }
            if (!files.add(path)) {
                throw new DataException(path + ": " + (Files.isDirectory(path) ? "holds none of" : "is none of")
                        + " the files of " + dataset + ": " + dataset.files().stream().map(DatasetFile::name)
                        .collect(Collectors.joining(", ")));
            }
        }
        return files;
    }

    private boolean add(Path path) {
        boolean found = false;
        boolean folder = Files.isDirectory(path);
        for (DatasetFile file : dataset.files()) {
            if (folder && Files.isRegularFile(path.resolve(file.name()))) {
                paths.put(file, path.resolve(file.name()));
                found = true;
            } else if (!folder && (dataset.files().size() == 1 || path.endsWith(file.name()))) {
                paths.put(file, path);
                found = true;
            }
        }
        return found;
    }

    /** Where a file is, if it was given. */
    Optional<Path> find(DatasetFile file) {
        return Optional.ofNullable(paths.get(file));
    }

    /** @throws DataException naming the files that must be fetched by hand and were not given */
    void requireWhatCannotBeDownloaded() throws DataException {
        List<String> missing = dataset.files().stream()
                .filter(file -> file.address().isEmpty() && !paths.containsKey(file)).map(DatasetFile::name).toList();
        if (!missing.isEmpty()) {
            throw new DataException(dataset + ": cannot be downloaded without an account: fetch "
                    + String.join(", ", missing) + " from " + dataset.homepage().orElseThrow()
                    + " by hand, and name the folder with them, or each of them, by --archive");
        }
    }
}
