package io.github.shufflenet4j.training;

import java.util.List;
import java.util.Optional;

import io.github.shufflenet4j.training.evaluation.EpochMetrics;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/**
 * Ends a run some epochs after its best validation, of the network or of its average.
 *
 * @param patience number of those epochs; 0 to never end a run
 */
record EarlyStopping(int patience) {

    static EarlyStopping of(Recipe recipe) {
        return new EarlyStopping(recipe.get(RecipeKeys.PATIENCE));
    }

    /** Whether a run ends after these epochs. */
    boolean ends(List<EpochMetrics> history) {
        int best = Math.max(lastBest(EpochMetrics.best(history, EpochMetrics::ofNetwork)),
                lastBest(EpochMetrics.best(history, EpochMetrics::averaged)));
        return patience > 0 && EpochMetrics.ended(history) - best >= patience;
    }

    private static int lastBest(Optional<EpochMetrics> best) {
        return best.map(EpochMetrics::epoch).orElse(0);
    }
}
