package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.shufflenet4j.data.DataException;

/**
 * The labels of listed images. If a file {@code classes.txt} names the classes, one a line, images refer to them by
 * name or by index from 0. Without it the classes are those of the images, ordered by name, or by number if all are
 * numbers.
 */
final class ClassLabels {

    static final String FILE = "classes.txt";

    private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");

    /** The file that names the classes; null if there is none. */
    private final Location file;
    /** The number of each class, in the order of the file or of their occurrence. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private ClassLabels(Location file) {
        this.file = file;
    }

    /** Reads {@code classes.txt} in the first of the folders that has one. */
    static ClassLabels in(Location... folders) throws DataException {
        for (Location folder : folders) {
            Location file = folder.resolve(FILE);
            if (file.exists()) {
                ClassLabels labels = new ClassLabels(file);
                labels.read(file);
                return labels;
            }
        }
        return new ClassLabels(null);
    }

    private void read(Location list) throws DataException {
        List<String> names;
        try {
            ByteBuffer content = ByteBuffer.wrap(list.read());
            names = StandardCharsets.UTF_8.newDecoder().decode(content).toString().lines().toList();
        } catch (IOException e) {
            throw new DataException(list + ": cannot be read as UTF-8 text (" + e.getMessage() + ")", e);
        }
        for (String name : names) {
            DataException.throwIf(name.isBlank() || numbers.putIfAbsent(name.strip(), numbers.size()) != null, list
                    + ": line " + (numbers.size() + 1) + (name.isBlank() ? " names no class"
                    : " names a class again, '" + name.strip() + "'"));
        }
        DataException.throwIf(names.isEmpty(), list + ": names no class");
    }

    /** The number, for {@link #labels}, of a class stated by name or by index into {@code classes.txt}. */
    int number(String where, String stated) throws DataException {
        Integer number = numbers.get(stated);
        if (number != null) {
            return number;
        }
        DataException.throwIf(stated.isEmpty(), where + ": names no class");
        if (file == null) {
            numbers.put(stated, numbers.size());
            return numbers.size() - 1;
        }
        if (isIndex(stated) && Integer.parseInt(stated) < numbers.size()) {
            return Integer.parseInt(stated);
        }
        throw new DataException(where + ": class '" + stated + "' is none of the " + numbers.size() + " in "
                + file);
    }

    List<String> classes() {
        Comparator<String> order = Comparator.naturalOrder();
        if (file != null) {
            order = Comparator.comparing(numbers::get);
        } else if (numbers.keySet().stream().allMatch(ClassLabels::isIndex)) {
            order = Comparator.comparingInt((String name) -> Integer.parseInt(name)).thenComparing(order);
        }
        return numbers.keySet().stream().sorted(order).toList();
    }

    /** The labels, indices into {@link #classes}, of images whose classes have these numbers. */
    int[] labels(int[] numberOfEach) {
        List<String> classes = classes();
        int[] labels = new int[classes.size()];
        for (int label = 0; label < labels.length; label++) {
            labels[numbers.get(classes.get(label))] = label;
        }
        return Arrays.stream(numberOfEach).map(number -> labels[number]).toArray();
    }

    private static boolean isIndex(String text) {
        return WHOLE.matcher(text).matches();
    }
}
