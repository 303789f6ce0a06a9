package io.github.shufflenet4j.pretrained;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

import org.apache.commons.lang3.Validate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;

import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.model.PretrainedWeights;
import io.github.shufflenet4j.model.ShuffleNetV2;

/** Serves {@link ShuffleNetV2#initPretrained} from {@link PublishedWeights}, through {@link FileCache#standard()}. */
public final class CachedPretrainedWeights implements PretrainedWeights {

    /** For {@link java.util.ServiceLoader}. */
    public CachedPretrainedWeights() {
    }

    @Override
    public Optional<URI> uri(ShuffleNetV2 model, PretrainedType type) {
        return published(model, type).map(PublishedWeights::uri);
    }

    @Override
    public void load(ShuffleNetV2 model, PretrainedType type, ComputationGraph network, boolean classifier)
            throws IOException {
        PublishedWeights weights = published(model, type).orElseThrow();
        if (classifier) {
            Validate.isTrue(model.numClasses() == weights.classNames().size(), "the weights %s have %s classes, this"
                    + " model has %s: initialise it without numClasses, or with a new classifier by"
                    + " initPretrainedBody", weights.name(), weights.classNames().size(), model.numClasses());
            ModelLoader.readWeights(weights.fetch()).copyTo(network);
        } else {
            ModelLoader.readWeights(weights.fetch()).copyBodyTo(network);
        }
    }

    private static Optional<PublishedWeights> published(ShuffleNetV2 model, PretrainedType type) {
        return type != PretrainedType.IMAGENET ? Optional.empty() : PublishedWeights.all().stream()
                .filter(weights -> weights.variant() == model.variant() && weights.blockLayout() == model.blockLayout())
                .findFirst();
    }
}
