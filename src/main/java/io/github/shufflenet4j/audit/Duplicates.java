package io.github.shufflenet4j.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.github.shufflenet4j.kernel.concurrent.Workers;

/**
 * Groups of images that show the same photo: files of the same content, and copies that were scaled, compressed,
 * mirrored, cropped a little or changed in brightness. The network's features propose pairs, of which {@link
 * Thumbnail#match} accepts those that are the same in detail.
 */
final class Duplicates {

    /** So many neighbours of each image are looked at. */
    private static final int NEIGHBOURS = 10;
    /** Lowest similarity of the features of copies: those at half the size, or with less, have some 0.75. */
    private static final float MIN_SIMILARITY = 0.75f;
    /** Copies that were cropped by 5 % on each side have 0.94 or more; similar photos of one thing rarely have 0.9. */
    static final double MIN_MATCH = 0.93;

    /**
     * A copy of an image.
     *
     * @param sample   number of the copy in the source
     * @param original number of the image that is taken for the original
     * @param match    as {@link Thumbnail#match} has it; 1 for files of the same content
     * @param exact    whether the files are the same
     */
    record Copy(int sample, int original, double match, boolean exact) {
    }

    private record Pair(int a, int b) {
    }

    private Duplicates() {
    }

    /**
     * All images of a group but the first are copies. In a group with images of several parts, one of the last part is
     * the first.
     *
     * @return ordered by original, then by copy
     */
    static List<Copy> find(PooledImages images, ImageFeatures features, NearestNeighbours neighbours) {
        int[] leaders = IntStream.range(0, images.size()).toArray();
        Map<String, Integer> files = new HashMap<>();
        for (int sample = 0; sample < leaders.length; sample++) {
            byte[] digest = images.digest(sample);
            if (digest != null) {
                Integer same = files.putIfAbsent(HexFormat.of().formatHex(digest), sample);
                if (same != null) {
                    join(leaders, same, sample);
                }
            }
        }
        List<Pair> pairs = pairs(neighbours);
        boolean[] same = new boolean[pairs.size()];
        Workers.shared().parallelFor(same.length, i -> same[i] = features.thumbnails()[pairs.get(i).a()]
                .match(features.thumbnails()[pairs.get(i).b()]) >= MIN_MATCH);
        for (int i = 0; i < same.length; i++) {
            if (same[i]) {
                join(leaders, features.samples()[pairs.get(i).a()], features.samples()[pairs.get(i).b()]);
            }
        }
        return copies(images, features, leaders);
    }

    private static List<Pair> pairs(NearestNeighbours neighbours) {
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < neighbours.indices().length; a++) {
            int[] others = neighbours.indices()[a];
            for (int n = 0; n < Math.min(NEIGHBOURS, others.length); n++) {
                int b = others[n];
                boolean seen = b < a && isAmong(a, neighbours.indices()[b]);
                if (!seen && neighbours.similarities()[a][n] >= MIN_SIMILARITY) {
                    pairs.add(new Pair(a, b));
                }
            }
        }
        return pairs;
    }

    private static boolean isAmong(int image, int[] others) {
        return IntStream.of(others).limit(NEIGHBOURS).anyMatch(other -> other == image);
    }

    private static int leader(int[] leaders, int sample) {
        int leader = sample;
        while (leaders[leader] != leader) {
            leaders[leader] = leaders[leaders[leader]];
            leader = leaders[leader];
        }
        return leader;
    }

    private static void join(int[] leaders, int a, int b) {
        int first = leader(leaders, a);
        int second = leader(leaders, b);
        leaders[Math.max(first, second)] = Math.min(first, second);
    }

    private static List<Copy> copies(PooledImages images, ImageFeatures features, int[] leaders) {
        Map<Integer, List<Integer>> groups = new TreeMap<>();
        for (int sample = 0; sample < leaders.length; sample++) {
            groups.computeIfAbsent(leader(leaders, sample), leader -> new ArrayList<>()).add(sample);
        }
        Map<Integer, Thumbnail> thumbnails = new HashMap<>();
        for (int i = 0; i < features.samples().length; i++) {
            thumbnails.put(features.samples()[i], features.thumbnails()[i]);
        }
        List<Copy> copies = new ArrayList<>();
        for (List<Integer> group : groups.values()) {
            int original = group.stream().min(Comparator.comparing((Integer sample) -> -images.part(sample))
                    .thenComparing(Comparator.naturalOrder())).orElseThrow();
            for (int sample : group) {
                if (sample != original) {
                    boolean exact = Arrays.equals(images.digest(sample), images.digest(original));
                    copies.add(new Copy(sample, original, exact ? 1
                            : thumbnails.get(sample).match(thumbnails.get(original)), exact));
                }
            }
        }
        return copies;
    }
}
