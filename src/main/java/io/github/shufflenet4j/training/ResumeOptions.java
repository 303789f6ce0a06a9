package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.RunLength;

/**
 * Options of a resumed run. Its recipe, but for what is named here, and its seed stay.
 *
 * @param output      the run's folder
 * @param data        the data set, if it has moved
 * @param threads     that decode images, at least 1; the result does not depend on them
 * @param workers     as in {@link TrainingOptions}; the result depends on them by rounding
 * @param checkpoints when to write and keep them
 * @param epochs      to extend the run to: its learning rate goes on as in a run of that length
 * @param patience    of early stopping, in place of the recipe's
 */
public record ResumeOptions(Path output, Optional<Location> data, int threads, int workers,
                            CheckpointPolicy checkpoints, Optional<Integer> epochs, Optional<Integer> patience) {

    /** With the length and the patience that the run has. */
    public ResumeOptions(Path output, Optional<Location> data, int threads, int workers,
                         CheckpointPolicy checkpoints) {
        this(output, data, threads, workers, checkpoints, Optional.empty(), Optional.empty());
    }


    public ResumeOptions {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(data, "data");
        Checks.atLeast("threads", threads, 1);
        Checks.atLeast("workers", workers, 1);
        Objects.requireNonNull(checkpoints, "checkpoints");
        epochs.ifPresent(RecipeKeys.EPOCHS::checked);
        patience.ifPresent(RecipeKeys.PATIENCE::checked);
    }

    /**
     * The recipe of the resumed run.
     *
     * @param saved run so far
     * @throws IOException if the run cannot be extended as asked for
     */
    Recipe applied(TrainingState.Saved saved) throws IOException {
        Recipe recipe = saved.recipe();
        Recipe result = patience.isPresent() ? recipe.with(RecipeKeys.PATIENCE, patience.get()) : recipe;
        if (epochs.isPresent()) {
            if (recipe.has(RecipeKeys.ITERATIONS)) {
                throw new IOException(output + ": its length is " + recipe.get(RecipeKeys.ITERATIONS)
                        + " iterations, not epochs; it cannot be extended");
            }
            int planned = RunLength.of(recipe, saved.state().train().images()).epochs();
            if (epochs.get() < planned) {
                throw new IOException(output + ": is a run of " + planned + " epochs, which can be extended to"
                        + " more, not to " + epochs.get());
            }
            if (EarlyStopping.of(result).ends(saved.state().metrics())) {
                throw new IOException(output + ": ended early, after epoch " + saved.state().epoch()
                        + "; to extend it, raise its patience of " + result.get(RecipeKeys.PATIENCE)
                        + ", or set it to 0");
            }
            result = result.with(RecipeKeys.EPOCHS, epochs.get());
        }
        return result;
    }
}
