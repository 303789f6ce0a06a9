package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.archive.TarReader;

/**
 * ILSVRC 2012: an archive of training images, which holds an archive {@code <WordNet id>.tar} for each class; an
 * archive of validation images, {@code ILSVRC2012_val_<number>.JPEG}; and the development kit, which says the class of
 * each. Classes are called by their WordNet ids, whose sorted order is that of the outputs of every published network.
 */
final class ImageNet implements Arrangement {

    private static final Pattern CLASS_ARCHIVE = Pattern.compile("(?:.*/)?(n\\d{8})\\.tar");
    private static final Pattern TRAINING_IMAGE = Pattern.compile("(?:.*/)?(n\\d{8}_\\d+\\.JPEG)");
    private static final Pattern VALIDATION_IMAGE = Pattern.compile("(?:.*/)?(ILSVRC2012_val_(\\d{8})\\.JPEG)");

    @Override
    public void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException {
        DevelopmentKit kit = DevelopmentKit.read(archives.get(2)); // first: it is small, and may be the wrong one
        addTraining(archives.get(0), kit.wordNetIds(), writer);
        addValidation(archives.get(1), kit, writer);
    }

    private static void addTraining(Archive archive, Map<Integer, String> wordNetIds, DatasetWriter writer)
            throws IOException {
        archive.read((name, content) -> {
            Matcher inner = CLASS_ARCHIVE.matcher(name);
            if (!inner.matches() || !wordNetIds.containsValue(inner.group(1))) {
                throw new DataException(archive.file() + ": holds '" + name
                        + "' where archives of ImageNet's classes were expected: it is not the training images");
            }
            TarReader.read(archive.file() + ", " + name, content, (image, pixels) -> {
                Matcher file = TRAINING_IMAGE.matcher(image);
                if (file.matches()) {
                    writer.add(Split.TRAIN, inner.group(1), file.group(1), pixels);
                }
            });
        });
    }

    private static void addValidation(Archive archive, DevelopmentKit kit, DatasetWriter writer) throws IOException {
        archive.read((name, content) -> {
            Matcher file = VALIDATION_IMAGE.matcher(name);
            if (file.matches()) {
                int number = Integer.parseInt(file.group(2));
                if (number < 1 || number > kit.validation().size()) {
                    throw new DataException(archive.file() + ": the development kit says nothing of " + file.group(1));
                }
                writer.add(Split.VAL, kit.validation().get(number - 1), file.group(1), content);
            }
        });
    }
}
