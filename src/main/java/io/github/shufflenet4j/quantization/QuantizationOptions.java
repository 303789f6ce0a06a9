package io.github.shufflenet4j.quantization;

import java.util.Objects;

import io.github.shufflenet4j.check.Checks;

/**
 * How a network is quantised.
 *
 * @param calibration how ranges follow from the activations that are seen
 * @param images      number of images that are looked at, at least 1
 * @param firstSingle whether the first convolution stays in single precision
 * @param lastSingle  whether the classifier does
 */
public record QuantizationOptions(Calibration calibration, int images, boolean firstSingle, boolean lastSingle) {

    public QuantizationOptions {
        Objects.requireNonNull(calibration, "calibration");
        Checks.atLeast("images", images, 1);
    }
}
