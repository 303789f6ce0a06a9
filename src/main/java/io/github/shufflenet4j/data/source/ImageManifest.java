package io.github.shufflenet4j.data.source;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;

/**
 * Images that a text file lists, one a line: the path of the file, a tab, and the class. A path is relative to the
 * folder of the list, or absolute. Where a line has no tab, the class follows its last space. Empty lines and lines
 * that begin with {@code #} are left out. If {@code classes.txt} beside the list names the classes, the list refers to
 * them by name or by index from 0; without that file the classes are the names that occur, sorted.
 *
 * <p>A file that does not exist counts as a damaged image when it is read.
 */
public final class ImageManifest extends ListedImages {

    private static final long serialVersionUID = 1L;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Location folder;

    private ImageManifest(Location folder, List<String> classes, int[] labels, PackedNames paths) {
        super(classes, labels, paths);
        this.folder = folder;
    }

    /**
     * Reads a list.
     *
     * @throws DataException naming the file, and the line, if it cannot be read or is no such list
     */
    public static ImageManifest open(Location file) throws DataException {
        Location folder = file.parent();
        ClassLabels classes = ClassLabels.in(folder);
        PackedNames.Builder paths = new PackedNames.Builder();
        IntStream.Builder numbers = IntStream.builder();
        int count = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(file.open(), StandardCharsets.UTF_8.newDecoder()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                count++;
                String text = (count == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    String where = file + ": line " + count;
                    int separator = separator(where, text);
                    paths.add(path(where, text.substring(0, separator).strip()));
                    numbers.add(classes.number(where, text.substring(separator + 1).strip()));
                }
            }
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new DataException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new DataException(file + ": not UTF-8 text after line " + count, e);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
        DataException.throwIf(paths.size() == 0,
                file + ": lists no images (expected lines of a path, a tab and a class)");
        return new ImageManifest(folder, classes.classes(), classes.labels(numbers.build().toArray()), paths.build());
    }

    /**
     * The text of a list of these images, by their absolute paths.
     *
     * @throws DataException naming an image or a class that a list cannot name
     */
    static String text(ListedImages images) throws DataException {
        StringBuilder text = new StringBuilder();
        for (int sample = 0; sample < images.size(); sample++) {
            String path = images.file(sample).absolute().toString();
            String name = images.classes().get(images.label(sample));
            DataException.throwIf(!isField(path) || !isField(name), path + ": no list can name it: the path or the"
                    + " class has a tab, a line break, or a space at an end; rename it");
            text.append(path).append('\t').append(name).append('\n');
        }
        return text.toString();
    }

    private static boolean isField(String text) {
        return text.strip().equals(text) && text.chars().noneMatch(c -> c == '\t' || c == '\n' || c == '\r');
    }

    private static int separator(String where, String line) throws DataException {
        int tab = line.indexOf('\t');
        int separator = tab >= 0 ? tab : line.lastIndexOf(' ');
        DataException.throwIf(separator < 0 || line.indexOf('\t', separator + 1) >= 0,
                where + " is not a path, a tab and a class");
        return separator;
    }

    /** A path in its shortest form. */
    private static String path(String where, String path) throws DataException {
        try {
            return Path.of(path).toString();
        } catch (IllegalArgumentException e) {
            throw new DataException(where + ": invalid path (" + e.getMessage() + ")", e);
        }
    }

    @Override
    Location file(int sample) {
        return folder.resolve(listedName(sample));
    }

    /** -1 for a file that cannot be reached, which is a damaged image. */
    @Override
    long size(int sample) {
        try {
            return file(sample).size();
        } catch (IOException e) {
            return -1;
        }
    }
}
