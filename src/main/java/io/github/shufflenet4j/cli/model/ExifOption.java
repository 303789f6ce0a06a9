package io.github.shufflenet4j.cli.model;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.transfer.LinearProbe;

/** {@code --ignore-exif}: images as they are stored. */
public final class ExifOption {

    @Option(names = "--ignore-exif",
            description = "Take images as they are stored, as torchvision does. Default: as the model was trained; as a"
                    + " rule turned upright by their EXIF data.")
    private boolean ignored;

    /** Returns the classifier of images as they are stored, or unchanged without the option. */
    public ImageClassifier apply(ImageClassifier classifier) {
        return ignored ? classifier.ignoringExif() : classifier;
    }

    /** As {@link #apply(ImageClassifier)}. */
    public FeatureExtractor apply(FeatureExtractor extractor) {
        return ignored ? extractor.ignoringExif() : extractor;
    }

    /** As {@link #apply(ImageClassifier)}. */
    public LinearProbe apply(LinearProbe probe) {
        return ignored ? probe.ignoringExif() : probe;
    }
}
