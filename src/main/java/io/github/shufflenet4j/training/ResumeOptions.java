package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.Location;

/**
 * Options of a resumed run. Its recipe and seed stay.
 *
 * @param output      the run's folder
 * @param data        the data set, if it has moved
 * @param threads     that decode images, at least 1; the result does not depend on them
 * @param workers     as in {@link TrainingOptions}; the result depends on them by rounding
 * @param checkpoints when to write and keep them
 */
public record ResumeOptions(Path output, Optional<Location> data, int threads, int workers,
                            CheckpointPolicy checkpoints) {

    public ResumeOptions {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(data, "data");
        Checks.atLeast("threads", threads, 1);
        Checks.atLeast("workers", workers, 1);
        Objects.requireNonNull(checkpoints, "checkpoints");
    }
}
