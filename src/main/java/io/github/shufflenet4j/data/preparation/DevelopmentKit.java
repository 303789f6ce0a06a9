package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Struct;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.data.archive.EntryContent;

/**
 * What ILSVRC 2012's development kit says of classes. Its numbers of classes are in no order that could be worked out:
 * {@code data/meta.mat}, a MATLAB file, has a struct {@code synsets} with {@code ILSVRC2012_ID}, {@code WNID} and
 * {@code num_children}, which is 0 for the thousand classes and not for the words above them.
 *
 * @param wordNetIds WordNet id of each number of a class
 * @param validation WordNet id of each validation image, from the first on
 */
record DevelopmentKit(Map<Integer, String> wordNetIds, List<String> validation) {

    private static final String CLASSES = "data/meta.mat";
    private static final String TRUTH = "data/ILSVRC2012_validation_ground_truth.txt";

    static DevelopmentKit read(Archive archive) throws IOException {
        Map<Integer, String> wordNetIds = new HashMap<>();
        List<String> truth = new ArrayList<>();
        archive.read((name, content) -> {
            if (name.endsWith("/" + CLASSES)) {
                wordNetIds.putAll(classes(archive.file() + ", " + name, EntryContent.bytes(name, content)));
            } else if (name.endsWith("/" + TRUTH)) {
                truth.addAll(EntryContent.lines(name, content));
            }
        });
        if (wordNetIds.isEmpty() || truth.isEmpty()) {
            throw new DataException(archive.file() + ": has no " + (wordNetIds.isEmpty() ? CLASSES : TRUTH)
                    + ": it is not ILSVRC2012's development kit for tasks 1 and 2");
        }
        List<String> validation = new ArrayList<>();
        for (String line : truth) {
            String id = line.matches("\\d{1,9}") ? wordNetIds.get(Integer.valueOf(line)) : null;
            if (id == null) {
                throw new DataException(archive.file() + ": " + TRUTH + " names a class '" + line + "', which "
                        + CLASSES + " does not know");
            }
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
                    ids.put(synsets.getMatrix("ILSVRC2012_ID", i).getInt(0), synsets.getChar("WNID", i).getString());
                }
            }
        } catch (IOException | RuntimeException e) { // the reader throws anything at what is damaged
            throw new DataException(where + ": is no MATLAB file with ImageNet's classes (" + e.getMessage() + ")", e);
        }
        return ids;
    }
}
