package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.apache.commons.codec.digest.DigestUtils;

import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.archive.EntryName;
import io.github.shufflenet4j.data.source.ImageFolder;

/**
 * {@code ROOT/<class>/*}. Which images are for validation depends on their names, the share and the seed, and not on
 * their order.
 */
final class ClassFolders implements Arrangement {

    @Override
    public void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException {
        Archive archive = archives.get(0);
        Map<String, List<String>> classes = new TreeMap<>();
        archive.read((name, content) -> {
            if (isImage(name)) {
                classes.computeIfAbsent(name.split("/")[1], key -> new ArrayList<>()).add(name);
            }
        });
        Set<String> validation = new HashSet<>();
        for (List<String> images : classes.values()) {
            images.sort(Comparator.comparing(name -> rank(dataset.seed(), name)));
            validation.addAll(images.subList(0, (int) Math.round(dataset.validationShare() * images.size())));
        }
        archive.read((name, content) -> {
            if (isImage(name)) {
                String[] parts = name.split("/");
                writer.add(validation.contains(name) ? Split.VAL : Split.TRAIN, parts[1], parts[2], content);
            }
        });
    }

    private static boolean isImage(String name) {
        String[] parts = name.split("/");
        return parts.length == 3 && ImageFolder.isImage(parts[2]) && EntryName.isPlain(parts[2]);
    }

    private static String rank(long seed, String name) {
        return DigestUtils.sha256Hex(seed + "/" + name);
    }
}
