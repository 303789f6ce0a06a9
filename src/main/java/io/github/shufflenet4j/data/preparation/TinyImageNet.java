package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.source.ImageFolder;

/**
 * {@code ROOT/train/<class>/images/*}, {@code ROOT/val/images/*}, and {@code ROOT/val/val_annotations.txt}, whose lines
 * begin with the name of a validation image and its class, separated by tabs. The test images have no classes and are
 * left out.
 */
final class TinyImageNet {

    private static final String ANNOTATIONS = "val/val_annotations.txt";

    private TinyImageNet() {
    }

    static void addTo(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives) throws IOException {
        Archive archive = archives.get(0);
        Map<String, String> validation = annotations(archive);
        archive.read((name, content) -> {
            String[] parts = name.split("/");
            String file = parts[parts.length - 1];
            if (!ImageFolder.isImage(file)) {
                return;
            }
            if (parts.length == 5 && parts[1].equals("train") && parts[3].equals("images")) {
                writer.add(Split.TRAIN, parts[2], file, content);
            } else if (parts.length == 4 && parts[1].equals("val") && parts[2].equals("images")) {
                String label = validation.get(file);
                DataException.throwIf(label == null, archive.file() + ": " + ANNOTATIONS + " says nothing of " + file);
                writer.add(Split.VAL, label, file, content);
            }
        });
    }

    private static Map<String, String> annotations(Archive archive) throws IOException {
        Map<String, String> labels = new HashMap<>();
        for (String line : archive.lines(ANNOTATIONS, "Tiny ImageNet")) {
            String[] columns = line.split("\t");
            DataException.throwIf(columns.length < 2,
                    archive.file() + ": " + ANNOTATIONS + " has a line without a class: '" + line + "'");
            labels.put(columns[0], columns[1]);
        }
        return labels;
    }
}
