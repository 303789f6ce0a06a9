package io.github.shufflenet4j.cli.predict;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import io.github.shufflenet4j.inference.Prediction;

/**
 * The most probable classes of an image.
 *
 * @param image     its file
 * @param truth     its class, if that is known
 * @param threshold probability that an answer needs, if one was asked for
 * @param ranked    the most probable class first
 */
record ImagePredictions(String image, Optional<String> truth, OptionalDouble threshold, List<Prediction> ranked) {

    /** The most probable class; empty if it does not reach the threshold. */
    Optional<String> answer() {
        return ranked.stream().limit(1).filter(first -> first.probability() >= threshold.orElse(0))
                .map(Prediction::label).findFirst();
    }
}
