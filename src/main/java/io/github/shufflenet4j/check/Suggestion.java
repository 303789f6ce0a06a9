package io.github.shufflenet4j.check;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What was probably meant by a name that does not exist. */
public final class Suggestion {

    private Suggestion() {
    }

    /**
     * The nearest of several names by Levenshtein distance, ignoring case; of those equally near the first.
     *
     * @param names at least one
     */
    public static String nearest(String name, Collection<String> names) {
        return names.stream().min(Comparator.comparingInt(other -> distance(name, other))).orElseThrow();
    }

    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j - 1], row[j]));
            }
        }
        return row[b.length()];
    }
}
