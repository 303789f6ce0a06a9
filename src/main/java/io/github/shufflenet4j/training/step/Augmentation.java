package io.github.shufflenet4j.training.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.shufflenet4j.data.loader.BatchTransform;
import io.github.shufflenet4j.data.loader.CutMix;
import io.github.shufflenet4j.data.loader.Mixup;
import io.github.shufflenet4j.data.transform.ColorJitter;
import io.github.shufflenet4j.data.transform.PcaLighting;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.RandomErasing;
import io.github.shufflenet4j.data.transform.RandomHorizontalFlip;
import io.github.shufflenet4j.data.transform.RandomResizedCrop;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.data.transform.TrivialAugmentWide;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;

/** The augmentation that recipes ask for. */
final class Augmentation {

    /** torchvision's aspect ratios of random crops. */
    private static final double LEAST_RATIO = 3.0 / 4;
    private static final double GREATEST_RATIO = 4.0 / 3;

    private Augmentation() {
    }

    /** What is done to each image, in the order of torchvision's and the authors' training. */
    static TrainTransform transform(Recipe recipe, Preprocessing preprocessing) {
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        TrainTransform transform = new TrainTransform(size, List.of(
                new RandomResizedCrop(size, recipe.get(RecipeKeys.MIN_CROP_AREA), 1, LEAST_RATIO, GREATEST_RATIO)),
                preprocessing);
        ColorJitter jitter = new ColorJitter(recipe.get(RecipeKeys.BRIGHTNESS), recipe.get(RecipeKeys.CONTRAST),
                recipe.get(RecipeKeys.SATURATION), recipe.get(RecipeKeys.HUE));
        if (!jitter.equals(new ColorJitter(0, 0, 0, 0))) {
            transform = transform.with(jitter);
        }
        transform = transform.with(new RandomHorizontalFlip(recipe.get(RecipeKeys.FLIP)));
        if (recipe.get(RecipeKeys.TRIVIAL_AUGMENT)) {
            transform = transform.with(new TrivialAugmentWide());
        }
        if (recipe.get(RecipeKeys.LIGHTING) > 0) {
            transform = transform.with(new PcaLighting(recipe.get(RecipeKeys.LIGHTING)));
        }
        if (recipe.get(RecipeKeys.RANDOM_ERASING) > 0) {
            transform = transform.with(new RandomErasing(recipe.get(RecipeKeys.RANDOM_ERASING)));
        }
        return transform;
    }

    /** What is done to each micro-batch, if anything: where there are two kinds of mixing, one of them at random. */
    static Optional<BatchTransform> mixing(Recipe recipe) {
        List<BatchTransform> kinds = new ArrayList<>();
        if (recipe.get(RecipeKeys.MIXUP) > 0) {
            kinds.add(new Mixup(recipe.get(RecipeKeys.MIXUP)));
        }
        if (recipe.get(RecipeKeys.CUTMIX) > 0) {
            kinds.add(new CutMix(recipe.get(RecipeKeys.CUTMIX)));
        }
        return kinds.isEmpty() ? Optional.empty()
                : Optional.of(kinds.size() == 1 ? kinds.get(0) : BatchTransform.oneOf(kinds));
    }
}
