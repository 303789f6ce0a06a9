package io.github.shufflenet4j.data.source;

import java.io.IOException;
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
        TextLines.read(file.toString(), file::open, (where, line) -> {
            if (!isComment(line)) {
                int separator = separator(where, line);
                paths.add(TextLines.path(where, line.substring(0, separator).strip()));
                numbers.add(classes.number(where, line.substring(separator + 1).strip()));
            }
        });
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

    /** Whether a line of a list is left out. */
    static boolean isComment(String line) {
        return line.startsWith("#");
    }

    private static int separator(String where, String line) throws DataException {
        int tab = line.indexOf('\t');
        int separator = tab >= 0 ? tab : line.lastIndexOf(' ');
        DataException.throwIf(separator < 0 || line.indexOf('\t', separator + 1) >= 0,
                where + " is not a path, a tab and a class");
        return separator;
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
