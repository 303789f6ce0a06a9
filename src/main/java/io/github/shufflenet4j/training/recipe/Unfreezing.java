package io.github.shufflenet4j.training.recipe;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.shufflenet4j.model.NetworkPart;

/**
 * Gradual unfreezing of a network. Written as {@code 3:stage4,5:none}: from the third epoch on the parts up to and
 * including stage4 are frozen, and from the fifth on none is.
 *
 * @param byEpoch the last frozen part from an epoch on, by the epoch, from 1; empty if none is frozen
 */
public record Unfreezing(SortedMap<Integer, Optional<NetworkPart>> byEpoch) {

    static final String NONE = "none";

    /** Checks that every change leaves less frozen than the one before. */
    public Unfreezing {
        byEpoch = Collections.unmodifiableSortedMap(new TreeMap<>(byEpoch));
        if (byEpoch.isEmpty() || byEpoch.firstKey() < 1) {
            throw new IllegalArgumentException("unfreeze needs epochs from 1 on, got " + byEpoch);
        }
        List<Optional<NetworkPart>> parts = List.copyOf(byEpoch.values());
        for (int i = 1; i < parts.size(); i++) {
            requireLess(parts.get(i - 1), parts.get(i));
        }
    }

    /** @throws IllegalArgumentException if the text is not in that form */
    static Unfreezing parse(String text) {
        SortedMap<Integer, Optional<NetworkPart>> byEpoch = new TreeMap<>();
        for (String change : text.split(",", -1)) {
            String[] pair = change.strip().split("\\s*:\\s*", 2);
            if (pair.length < 2 || byEpoch.put(Integer.valueOf(pair[0]), part(pair[1])) != null) {
                throw new IllegalArgumentException(text);
            }
        }
        return new Unfreezing(byEpoch);
    }

    static Optional<NetworkPart> part(String text) {
        return text.equals(NONE) ? Optional.empty() : Optional.of(NetworkPart.of(text));
    }

    /**
     * The last part that is frozen in an epoch.
     *
     * @param epoch   from 1
     * @param atFirst the last one before the first entry applies
     */
    public Optional<NetworkPart> frozenIn(int epoch, Optional<NetworkPart> atFirst) {
        SortedMap<Integer, Optional<NetworkPart>> changes = byEpoch.headMap(epoch + 1);
        return changes.isEmpty() ? atFirst : changes.get(changes.lastKey());
    }

    /** @throws IllegalArgumentException if the first entry leaves as much frozen as before, or more */
    void checkAfter(Optional<NetworkPart> atFirst) {
        requireLess(atFirst, byEpoch.get(byEpoch.firstKey()));
    }

    private static void requireLess(Optional<NetworkPart> before, Optional<NetworkPart> next) {
        if (before.isEmpty() || next.isPresent() && next.get().compareTo(before.get()) >= 0) {
            throw new IllegalArgumentException("unfreeze must leave less and less frozen, but has " + word(next)
                    + " after " + word(before));
        }
    }

    static String word(Optional<?> part) {
        return part.map(RecipeKeys::word).orElse(NONE);
    }

    @Override
    public String toString() {
        return byEpoch.entrySet().stream().map((Map.Entry<Integer, Optional<NetworkPart>> change) ->
                change.getKey() + ":" + word(change.getValue())).collect(Collectors.joining(","));
    }
}
