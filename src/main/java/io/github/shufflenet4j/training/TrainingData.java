package io.github.shufflenet4j.training;

import java.io.IOException;
import java.util.Map;

import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.Exclusion;
import io.github.shufflenet4j.data.source.Fingerprint;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.evaluation.Evaluator;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * The images of a run.
 *
 * @param validation labelled by the training images' classes
 * @param lists      of both, by file name, if the run drew them from the same images; else empty
 * @param excluded   images of the data set that are left out
 */
record TrainingData(ImageSource train, ImageSource validation, Fingerprint trainPrint, Fingerprint validationPrint,
                    Map<String, String> lists, Exclusion excluded) {

    /** Name of the list of the images that are left out. */
    static final String EXCLUDED_FILE = "exclude.txt";

    /** @throws DataException if a network cannot be trained on the data; the message says why */
    static TrainingData open(TrainingOptions options) throws IOException {
        Location folder = options.data();
        DataSplit split = DataSplit.open(folder, options.recipe().find(RecipeKeys.VAL_SPLIT), options.seed())
                .without(options.excluded(), folder);
        ImageSource train = split.train();
        if (train.classes().size() < 2) {
            throw new DataException(folder + ": has one class only, " + train.classes().get(0) + "; a classifier needs"
                    + " two: name the folder that their folders are in");
        }
        ImageSource validation =
                Evaluator.labelled(split.validation(), split.origin().toString(), train.classes());
        if (split.drawn()) {
            LoggerFactory.getLogger(TrainingData.class).info("{}: {} images for training and {} for validation, listed"
                    + " in {}", folder, train.size(), validation.size(), options.output());
        }
        return new TrainingData(train, validation, train.fingerprint(), validation.fingerprint(),
                split.drawn() ? split.lists() : Map.of(), options.excluded());
    }

    /** Writes the lists, if there are any. */
    void write(RunFiles files) throws IOException {
        for (Map.Entry<String, String> list : lists.entrySet()) {
            files.writeText(list.getKey(), list.getValue());
        }
        if (!excluded.names().isEmpty()) {
            files.writeText(EXCLUDED_FILE, excluded.text());
        }
    }

    /** @throws DataException if these are not the images of the run in {@code state} */
    void requireThoseOf(TrainingState state, Location folder) throws DataException {
        requireSame(folder, "training", trainPrint, state.train());
        requireSame(folder, "validation", validationPrint, state.validation());
    }

    private static void requireSame(Location folder, String part, Fingerprint now, Fingerprint before)
            throws DataException {
        if (!now.equals(before)) {
            throw new DataException(folder + ": its images for " + part + " are not those that the run began with ("
                    + (now.images() == before.images() ? "names or sizes of files differ"
                    : before.images() + " images then, " + now.images() + " now")
                    + "); restore them, or start another run");
        }
    }
}
