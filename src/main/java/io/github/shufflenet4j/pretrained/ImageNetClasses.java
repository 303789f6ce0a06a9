package io.github.shufflenet4j.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The 1000 classes of ImageNet (ILSVRC 2012), in the order of every published network: WordNet ids and names. */
public final class ImageNetClasses {

    /** Number of classes. */
    public static final int COUNT = 1000;

    private static final List<String[]> ROWS = load();
    private static final List<String> WORDNET_IDS = ROWS.stream().map(row -> row[1]).toList();
    private static final List<String> NAMES = ROWS.stream().map(row -> row[2]).toList();

    private ImageNetClasses() {
    }

    /** WordNet ids, such as {@code n01440764}, by class index. */
    public static List<String> wordNetIds() {
        return WORDNET_IDS;
    }

    /** Names as in torchvision, such as {@code tench}, by class index; all different. */
    public static List<String> names() {
        return NAMES;
    }

    /** The class names with those of ImageNet replaced by WordNet ids, so that lists of the same classes are equal. */
    public static List<String> identities(List<String> classNames) {
        return classNames.stream().map(name -> {
            int index = NAMES.indexOf(name);
            return index < 0 ? name : WORDNET_IDS.get(index);
        }).toList();
    }

    private static List<String[]> load() {
        try (InputStream table = ImageNetClasses.class.getResourceAsStream("imagenet-classes.tsv")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(line -> line.split("\t", 3)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
