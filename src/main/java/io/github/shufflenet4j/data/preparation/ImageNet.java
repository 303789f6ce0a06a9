package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Struct;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.archive.Archive;

/**
 * ILSVRC 2012: an archive of training images, which holds an archive {@code <WordNet id>.tar} for each class; an
 * archive of validation images, {@code ILSVRC2012_val_<number>.JPEG}; and the development kit, which says the class of
 * each. Classes are called by their WordNet ids, whose sorted order is that of the outputs of every published network.
 */
final class ImageNet {

    private static final Pattern CLASS_ARCHIVE = Pattern.compile("(?:.*/)?(n\\d{8})\\.tar");
    private static final Pattern TRAINING_IMAGE = Pattern.compile("(?:.*/)?(n\\d{8}_\\d+\\.JPEG)");
    private static final Pattern VALIDATION_IMAGE = Pattern.compile("(?:.*/)?(ILSVRC2012_val_(\\d{8})\\.JPEG)");

    private ImageNet() {
    }

    static void addTo(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives) throws IOException {
        DevelopmentKit kit = DevelopmentKit.read(archives.get(2)); // first: it is small, and may be the wrong one
        addTraining(archives.get(0), kit.wordNetIds(), writer);
        addValidation(archives.get(1), kit, writer);
    }

    private static void addTraining(Archive archive, Map<Integer, String> wordNetIds, DatasetWriter writer)
            throws IOException {
        archive.read((name, content) -> {
            Matcher inner = CLASS_ARCHIVE.matcher(name);
            DataException.throwIf(!inner.matches() || !wordNetIds.containsValue(inner.group(1)), archive.file()
                    + ": holds '" + name
                    + "' where archives of ImageNet's classes were expected: it is not the training images");
            Archive.readTar(archive.file() + ", " + name, content, (image, pixels) -> {
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
                DataException.throwIf(number < 1 || number > kit.validation().size(),
                        archive.file() + ": the development kit says nothing of " + file.group(1));
                writer.add(Split.VAL, kit.validation().get(number - 1), file.group(1), content);
            }
        });
    }

    /**
     * The classes in ILSVRC 2012's development kit, whose numbers are in no order that could be computed:
     * {@code data/meta.mat}, a MATLAB file, has a struct {@code synsets} with {@code ILSVRC2012_ID}, {@code WNID} and
     * {@code num_children}, which is 0 for the thousand classes only.
     */
    private record DevelopmentKit(Map<Integer, String> wordNetIds, List<String> validation) {

        private static final String CLASSES = "data/meta.mat";
        private static final String TRUTH = "data/ILSVRC2012_validation_ground_truth.txt";
        private static final String SUBJECT = "ILSVRC2012's development kit for tasks 1 and 2";

        static DevelopmentKit read(Archive archive) throws IOException {
            Map<Integer, String> wordNetIds = new HashMap<>();
            archive.read((name, content) -> {
                if (name.endsWith("/" + CLASSES)) {
                    wordNetIds.putAll(classes(archive.file() + ", " + name, Archive.bytes(name, content)));
                }
            });
            DataException.throwIf(wordNetIds.isEmpty(),
                    archive.file() + ": has no " + CLASSES + ": it is not " + SUBJECT);
            List<String> validation = new ArrayList<>();
            for (String line : archive.lines(TRUTH, SUBJECT)) {
                String id = line.matches("\\d{1,9}") ? wordNetIds.get(Integer.valueOf(line)) : null;
                DataException.throwIf(id == null, archive.file() + ": " + TRUTH + " names a class '" + line
                        + "', which " + CLASSES + " does not know");
                validation.add(id);
            }
            return new DevelopmentKit(wordNetIds, validation);
        }

        private static Map<Integer, String> classes(String where, byte[] meta) throws DataException {
            Map<Integer, String> ids = new HashMap<>();
            try (Source source = Sources.wrap(meta)) {
                Struct synsets = Mat5.newReader(source).readMat().getStruct("synsets");
                for (int i = 0; i < synsets.getNumElements(); i++) {
                    if (synsets.getMatrix("num_children", i).getInt(0) == 0) {
                        ids.put(synsets.getMatrix("ILSVRC2012_ID", i).getInt(0),
                                synsets.getChar("WNID", i).getString());
                    }
                }
            } catch (IOException | RuntimeException e) { // the reader throws any exception for damaged files
                throw new DataException(
                        where + ": is no MATLAB file with ImageNet's classes (" + e.getMessage() + ")", e);
            }
            return ids;
        }
    }
}
