package io.github.shufflenet4j.training;

import java.io.IOException;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.evaluation.Evaluator;

/**
 * The images of a run.
 *
 * @param validation labelled by the training images' classes
 */
record TrainingData(ImageSource train, ImageSource validation, Fingerprint trainPrint, Fingerprint validationPrint) {

    private static final String TRAIN = "train";
    private static final String VALIDATION = "val";

    /** @throws DataException if a network cannot be trained on the data; the message says why */
    static TrainingData open(Location folder) throws IOException {
        ImageSource train = ImageSource.open(ImageSource.split(folder, TRAIN));
        Location split = ImageSource.split(folder, VALIDATION);
        ImageSource validation = Evaluator.labelled(ImageSource.open(split), split.toString(), train.classes());
        if (train.classes().size() < 2) {
            throw new DataException(folder + ": has one class only, " + train.classes().get(0)
                    + "; a classifier needs two");
        }
        return new TrainingData(train, validation, train.fingerprint(), validation.fingerprint());
    }

    /** @throws DataException if these are not the images of the run in {@code state} */
    void requireThoseOf(TrainingState state, Location folder) throws DataException {
        requireSame(ImageSource.split(folder, TRAIN), trainPrint, state.train());
        requireSame(ImageSource.split(folder, VALIDATION), validationPrint, state.validation());
    }

    private static void requireSame(Location folder, Fingerprint now, Fingerprint before) throws DataException {
        if (!now.equals(before)) {
            throw new DataException(folder + ": is not what the run began with ("
                    + (now.images() == before.images() ? "names or sizes of files differ"
                    : before.images() + " images then, " + now.images() + " now")
                    + "); restore it, or start another run");
        }
    }
}
