package io.github.shufflenet4j.data.preparation;

import java.io.IOException;
import java.util.List;

import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.io.yaml.YamlKey;

/** The forms that datasets are published in. */
public enum Layout {
    /** One archive with {@code ROOT/<class>/*}, without a split: some images of each class become validation images. */
    CLASS_FOLDERS(1, new ClassFolders()),
    /** One archive with {@code ROOT/train/<class>/*} and {@code ROOT/val/<class>/*}. */
    SPLIT_FOLDERS(1, new SplitFolders()),
    /** One archive as Tiny ImageNet's: validation images in one folder, and their classes in a text file. */
    TINY_IMAGENET(1, new TinyImageNet()),
    /** One archive as CIFAR-10's binary version: raw pixels in a few files. */
    CIFAR_10(1, new Cifar10()),
    /** ILSVRC 2012's archives of training images, of validation images, and its development kit, in this order. */
    IMAGENET(3, new ImageNet()),
    /** No archive: drawn by this library. */
    RENDERED(0, new Rendered());

    private final int files;
    private final Arrangement arrangement;

    Layout(int files, Arrangement arrangement) {
        this.files = files;
        this.arrangement = arrangement;
    }

    /** Archives that there must be. */
    public int files() {
        return files;
    }

    /** Puts the images that {@code archives} hold where they belong. */
    void arrange(DatasetDescription dataset, List<Archive> archives, DatasetWriter writer) throws IOException {
        arrangement.arrange(dataset, archives, writer);
    }

    @Override
    public String toString() {
        return YamlKey.word(this);
    }
}
