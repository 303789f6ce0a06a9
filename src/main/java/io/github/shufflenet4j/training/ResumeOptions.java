package io.github.shufflenet4j.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.Location;

/**
 * Which run to go on with. Its recipe, seed and data are its own.
 *
 * @param output      the run's folder
 * @param data        where the data set is now; empty for where it was
 * @param threads     that decode images, at least 1; they make no difference to the result
 * @param workers     as in {@link TrainingOptions}; they change the result by rounding
 * @param checkpoints when to write them
 */
public record ResumeOptions(Path output, Optional<Location> data, int threads, int workers,
                            CheckpointPolicy checkpoints) {

    /** Checks the values. */
    public ResumeOptions {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(data, "data");
        Checks.atLeast("threads", threads, 1);
        Checks.atLeast("workers", workers, 1);
        Objects.requireNonNull(checkpoints, "checkpoints");
    }
}
