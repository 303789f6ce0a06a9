package io.github.shufflenet4j.pretrained;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

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
    public Optional<URI> address(ShuffleNetV2 model, PretrainedType type) {
        return published(model, type).map(PublishedWeights::address);
    }

    @Override
    public void load(ShuffleNetV2 model, PretrainedType type, ComputationGraph network) throws IOException {
        PublishedWeights weights = published(model, type).orElseThrow();
        if (model.numClasses() != weights.classNames().size()) {
            throw new IllegalArgumentException("the weights " + weights.name() + " have " + weights.classNames().size()
                    + " classes, this model has " + model.numClasses() + ": initialise it without numClasses, or"
                    + " with a new classifier by initPretrainedBody");
        }
        ModelLoader.readWeights(weights.fetch()).copyTo(network);
    }

    @Override
    public void loadBody(ShuffleNetV2 model, PretrainedType type, ComputationGraph network) throws IOException {
        ModelLoader.readWeights(published(model, type).orElseThrow().fetch()).copyBodyTo(network);
    }

    private static Optional<PublishedWeights> published(ShuffleNetV2 model, PretrainedType type) {
        return type != PretrainedType.IMAGENET ? Optional.empty() : PublishedWeights.all().stream()
                .filter(weights -> weights.variant() == model.variant() && weights.blockLayout() == model.blockLayout())
                .findFirst();
    }
}
