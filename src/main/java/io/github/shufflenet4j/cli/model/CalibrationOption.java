package io.github.shufflenet4j.cli.model;

import picocli.CommandLine.Option;

import io.github.shufflenet4j.inference.ImageClassifier;

/** {@code --uncalibrated}: probabilities without the model's temperature. */
public final class CalibrationOption {

    @Option(names = "--uncalibrated",
            description = "Leave out the temperature that 'shufflenet calibrate' gave the model.")
    private boolean uncalibrated;

    /** Returns the classifier without its temperature, or unchanged without the option. */
    public ImageClassifier apply(ImageClassifier classifier) {
        return uncalibrated ? classifier.uncalibrated() : classifier;
    }
}
