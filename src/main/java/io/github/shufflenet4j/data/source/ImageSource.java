package io.github.shufflenet4j.data.source;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.data.DataException;

/** Encoded images with labels, numbered from 0: a folder, a list, an archive. Thread-safe. */
public interface ImageSource {

    /** The number of samples. */
    int size();

    /** The class names; a label is an index into them. */
    List<String> classes();

    /** The label of a sample. */
    int label(int sample);

    /** What to call a sample in messages and reports: the path of its file. */
    String name(int sample);

    /**
     * The sample's file, still encoded.
     *
     * @throws IOException if it cannot be read
     */
    byte[] read(int sample) throws IOException;

    /**
     * What tells this list of images from any other: classes, names and sizes of the files.
     *
     * @throws DataException if the files are not what they were
     */
    Fingerprint fingerprint() throws DataException;

    /**
     * The same samples, labelled by another list of class names, such as that of a trained model.
     *
     * @throws DataException naming a class that the list does not have
     */
    default ImageSource labelledBy(List<String> classes) throws DataException {
        Map<String, Integer> indices = new HashMap<>();
        for (String name : classes) {
            indices.putIfAbsent(name, indices.size());
        }
        if (indices.size() < classes.size()) {
            throw new DataException("a class name occurs twice among the " + classes.size() + " given");
        }
        int[] labels = new int[classes().size()];
        for (int i = 0; i < labels.length; i++) {
            Integer index = indices.get(classes().get(i));
            if (index == null) {
                throw new DataException("class '" + classes().get(i) + "' is none of the " + classes.size() + " known");
            }
            labels[i] = index;
        }
        return new RelabelledSource(this, List.copyOf(classes), labels);
    }
}
