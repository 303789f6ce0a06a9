package io.github.shufflenet4j.training;

import java.io.IOException;

/** The loss of a training run is not a finite number any more. */
public final class DivergedException extends IOException {

    private static final long serialVersionUID = 1L;

    DivergedException(int epoch, double loss, double learningRate) {
        super("training diverged in epoch " + epoch + ": the loss is " + loss
                + "; try a lower --learning-rate than " + learningRate);
    }
}
