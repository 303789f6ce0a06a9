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
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.io.yaml.YamlKey;

/** The layouts that datasets are published in. */
public enum Layout {
    /** One archive with {@code ROOT/<class>/*}, without a split: some images of each class become validation images. */
    CLASS_FOLDERS(1, Layout::addClassFolders),
    /** One archive with {@code ROOT/train/<class>/*} and {@code ROOT/val/<class>/*}. */
    SPLIT_FOLDERS(1, Layout::addSplitFolders),
    /** One archive as Tiny ImageNet's: validation images in one folder, and their classes in a text file. */
    TINY_IMAGENET(1, TinyImageNet::addTo),
    /** One archive as CIFAR-10's binary version: raw pixels in a few files. */
    CIFAR_10(1, Cifar10::addTo),
    /** ILSVRC 2012's archives of training images, of validation images, and its development kit, in this order. */
    IMAGENET(3, ImageNet::addTo),
    /** No archive: drawn by this library, see {@link RenderedDataset}. */
    RENDERED(0, Layout::addRendered);

    private static final int RENDERED_SIZE = 72;

    private final int files;
    private final Reader reader;

    @FunctionalInterface
    private interface Reader {
        void addTo(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives) throws IOException;
    }

    Layout(int files, Reader reader) {
        this.files = files;
        this.reader = reader;
    }

    /** The number of archives. */
    public int files() {
        return files;
    }

    /**
     * Adds every image in {@code archives} with its class.
     *
     * @param archives {@link #files()} of them, in the description's order
     * @throws IOException naming the archive that has another layout
     */
    void addTo(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives) throws IOException {
        reader.addTo(writer, dataset, archives);
    }

    /** Which images are for validation depends on their names, the share and the seed, and not on their order. */
    private static void addClassFolders(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives)
            throws IOException {
        Map<String, List<String>> classes = new TreeMap<>();
        archives.get(0).read((name, content) -> {
            if (isImageOfClass(name)) {
                classes.computeIfAbsent(name.split("/")[1], key -> new ArrayList<>()).add(name);
            }
        });
        Set<String> validation = new HashSet<>();
        for (List<String> images : classes.values()) {
            images.sort(Comparator.comparing(name -> DigestUtils.sha256Hex(dataset.seed() + "/" + name)));
            validation.addAll(images.subList(0, (int) Math.round(dataset.validationShare() * images.size())));
        }
        archives.get(0).read((name, content) -> {
            if (isImageOfClass(name)) {
                String[] parts = name.split("/");
                writer.add(validation.contains(name) ? Split.VAL : Split.TRAIN, parts[1], parts[2], content);
            }
        });
    }

    private static boolean isImageOfClass(String name) {
        String[] parts = name.split("/");
        return parts.length == 3 && ImageFolder.isImage(parts[2]) && Archive.isFileName(parts[2]);
    }

    private static void addSplitFolders(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives)
            throws IOException {
        archives.get(0).read((name, content) -> {
            String[] parts = name.split("/");
            for (Split split : Split.values()) {
                if (parts.length == 4 && parts[1].equals(split.folder()) && ImageFolder.isImage(parts[3])) {
                    writer.add(split, parts[2], parts[3], content);
                }
            }
        });
    }

    private static void addRendered(DatasetWriter writer, DatasetDescription dataset, List<Archive> archives)
            throws IOException {
        int classes = RenderedDataset.CLASSES.size();
        writer.render(new RenderedDataset(RENDERED_SIZE, dataset.trainImages() / classes,
                dataset.valImages() / classes, dataset.seed()));
    }

    @Override
    public String toString() {
        return YamlKey.word(this);
    }
}
