package io.github.shufflenet4j.data.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images that a text file lists, one a line: the path of the file, a tab, and the class. A path is relative to the
 * folder of the list, or absolute. Where a line has no tab, the class is what follows its last space. Empty lines and
 * lines that begin with {@code #} are left out. Classes are said as {@code classes.txt} beside the list names them, by
 * name or index from 0; without that file they are the names that occur, sorted.
 *
 * <p>A file that is not there is found out when it is read, and counts as a broken image.
 *
 * <p>An image takes the UTF-8 of its path and eight bytes: 1.3 million such as
 * {@code train/n01440764/n01440764_10026.JPEG} take 44 bytes each, by measurement.
 */
public final class ImageManifest implements ImageSource {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path folder;
    private final List<String> classes;
    private final int[] labels;
    private final PackedNames paths;

    private ImageManifest(Path folder, List<String> classes, int[] labels, PackedNames paths) {
        this.folder = folder;
        this.classes = classes;
        this.labels = labels;
        this.paths = paths;
    }

    /**
     * Reads a list.
     *
     * @throws DataException naming the file, and the line, if it cannot be read or is no such list
     */
    public static ImageManifest open(Path file) throws DataException {
        Path folder = file.toAbsolutePath().getParent();
        ClassLabels classes = ClassLabels.in(folder);
        PackedNames.Builder paths = new PackedNames.Builder();
        IntList numbers = new IntList();
        int count = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                count++;
                String text = (count == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    String where = file + ": line " + count;
                    int separator = separator(where, text);
                    paths.add(checked(where, text.substring(0, separator).strip()));
                    numbers.add(classes.number(where, text.substring(separator + 1).strip()));
                }
            }
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new DataException(file + ": after line " + count + " is what is no text in UTF-8", e);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        if (paths.size() == 0) {
            throw new DataException(file + ": lists no images (expected lines of a path, a tab and a class)");
        }
        return new ImageManifest(folder, classes.classes(), classes.labels(numbers.toArray()), paths.build());
    }

    private static int separator(String where, String line) throws DataException {
        int tab = line.indexOf('\t');
        int separator = tab >= 0 ? tab : line.lastIndexOf(' ');
        if (separator < 0 || line.indexOf('\t', separator + 1) >= 0) {
            throw new DataException(where + " is not a path, a tab and a class");
        }
        return separator;
    }

    private static String checked(String where, String path) throws DataException {
        try {
            return Path.of(path).toString();
        } catch (InvalidPathException e) {
            throw new DataException(where + " has what is no path (" + e.getReason() + ")", e);
        }
    }

    @Override
    public int size() {
        return paths.size();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int sample) {
        return labels[sample];
    }

    @Override
    public String name(int sample) {
        return path(sample).toString();
    }

    @Override
    public byte[] read(int sample) throws IOException {
        return Files.readAllBytes(path(sample));
    }

    @Override
    public Optional<Extent> extent(int sample) {
        return Optional.of(Extent.whole(path(sample).toUri()));
    }

    @Override
    public Fingerprint fingerprint() {
        long[] sizes = IntStream.range(0, size()).parallel().mapToLong(this::fileSize).toArray();
        return Fingerprint.of(this, paths::get, sample -> sizes[sample]);
    }

    /** In bytes, or -1 for a file that is not there. */
    private long fileSize(int sample) {
        try {
            return Files.size(path(sample));
        } catch (IOException e) {
            return -1;
        }
    }

    private Path path(int sample) {
        return folder.resolve(paths.get(sample));
    }
}
