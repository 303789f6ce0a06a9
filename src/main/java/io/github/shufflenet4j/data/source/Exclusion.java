package io.github.shufflenet4j.data.source;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.io.OneLine;

/**
 * Images of a data set that are left out, by name: the path relative to the folder of the data set, or, for files
 * elsewhere that a list names, the absolute path. An image in a tar file has the path of that file, a slash, and its
 * name there.
 *
 * @param origin of the names, for messages
 * @param names  without repetitions
 */
public record Exclusion(String origin, List<String> names) {

    /** No image. */
    public static final Exclusion NONE = new Exclusion("", List.of());

    private static final String COMMENT = "#";

    public Exclusion {
        requireNonNull(origin, "origin");
        names = names.stream().distinct().toList();
    }

    /**
     * Reads a list, in UTF-8: one name a line; whatever follows a tab, empty lines, and lines that begin with {@code #}
     * are left out.
     *
     * @throws DataException naming the file if it cannot be read
     */
    public static Exclusion read(Path file) throws DataException {
        List<String> names = new ArrayList<>();
        TextLines.read(file.toString(), () -> Files.newInputStream(file), (where, line) -> {
            if (!line.startsWith(COMMENT)) {
                names.add(line.split("\t", 2)[0].strip());
            }
        });
        return new Exclusion(file.toString(), names);
    }

    /**
     * The name of an image of a data set, for {@link #line}.
     *
     * @param images of the data set, as {@link ImageSource#open} gives them
     */
    public static String name(Location data, ImageSource images, int sample) {
        String folder = folder(data).absolute() + "/";
        String path = listed(images).path(sample);
        return path.startsWith(folder) ? path.substring(folder.length()) : path;
    }

    /**
     * A line that {@link #read} understands.
     *
     * @param excluded whether the image is left out, or the line is a comment
     * @param details  columns behind the name
     */
    public static String line(String name, boolean excluded, List<String> details) {
        String plain = OneLine.of(name);
        boolean unnameable = !plain.equals(name) || name.isEmpty();
        String start = excluded && !unnameable ? name.startsWith(COMMENT) ? "./" : "" : COMMENT + " ";
        return start + plain + "\t" + String.join("\t", details) + "\n";
    }

    /** A list for {@link #read}. */
    public String text() {
        return String.join("\n", names) + "\n";
    }

    /**
     * The images that are left.
     *
     * @param data  in which the excluded images are named
     * @param parts of the data set, as {@link ImageSource#open} gives them
     * @return in the same order, under all of their classes
     * @throws DataException if no part has one of the excluded images, or a class of the first part, or another part,
     *                       keeps no image
     */
    public List<ImageSource> applyTo(Location data, List<ImageSource> parts) throws DataException {
        if (names.isEmpty()) {
            return parts;
        }
        Location folder = folder(data);
        Map<String, String> excluded = new LinkedHashMap<>();
        names.forEach(name -> excluded.putIfAbsent(folder.resolve(name).absolute().toString(), name));
        Set<String> found = new HashSet<>();
        List<ImageSource> kept = new ArrayList<>();
        for (ImageSource part : parts) {
            ListedImages images = listed(part);
            IntStream.Builder left = IntStream.builder();
            for (int sample = 0; sample < images.size(); sample++) {
                String path = images.path(sample);
                if (excluded.containsKey(path)) {
                    found.add(path);
                } else {
                    left.add(sample);
                }
            }
            kept.add(new Subset(images, left.build().toArray()));
        }
        excluded.keySet().removeAll(found);
        if (!excluded.isEmpty()) {
            throw new DataException(origin + ": names " + (excluded.size() == 1 ? "an image"
                    : excluded.size() + " images, the first") + " that " + data + " does not have, '"
                    + OneLine.of(excluded.values().iterator().next()) + "'; names are relative to " + folder);
        }
        requireImages(parts, kept);
        return kept;
    }

    private void requireImages(List<ImageSource> parts, List<ImageSource> kept) throws DataException {
        Set<Integer> empty = labels(parts.get(0));
        empty.removeAll(labels(kept.get(0)));
        DataException.throwIf(!empty.isEmpty(), origin + ": leaves no image of the class "
                + empty.stream().findFirst().map(parts.get(0).classes()::get).orElse("")
                + "; keep one, or remove the class");
        DataException.throwIf(kept.stream().anyMatch(part -> part.size() == 0),
                origin + ": leaves no image for validation");
    }

    private static Set<Integer> labels(ImageSource images) {
        Set<Integer> labels = new HashSet<>();
        IntStream.range(0, images.size()).forEach(sample -> labels.add(images.label(sample)));
        return labels;
    }

    /** That names are relative to. */
    private static Location folder(Location data) {
        return data.isFolder() ? data : data.parent();
    }

    private static ListedImages listed(ImageSource images) {
        if (images instanceof ListedImages listed) {
            return listed;
        }
        throw new IllegalArgumentException("images of another kind have no names that could be listed: " + images);
    }
}
