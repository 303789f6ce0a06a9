package io.github.shufflenet4j.model;

import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * ShuffleNet V2 (Ma, Zhang, Zheng and Sun, 2018, arXiv 1807.11164) as a DL4J zoo model.
 *
 * <pre>{@code
 * ComputationGraph network = ShuffleNetV2.builder()
 *         .variant(ShuffleNetV2Variant.X1_0)
 *         .numClasses(10)
 *         .build()
 *         .init();
 * }</pre>
 *
 * <p>Vertices carry torchvision's names: {@code conv1}, {@code maxpool}, {@code stage2.0} to {@code stage4.3} for the
 * outputs of the units, {@code conv5}, {@code pool}, {@code fc}; see {@link Activations#vertexOf}.
 */
public final class ShuffleNetV2 extends ImageModel {

    /** Name of the first convolution. */
    public static final String CONV1 = "conv1";
    /** Name of the max pooling after the first convolution. */
    public static final String MAXPOOL = "maxpool";
    /** Name of the last convolution. */
    public static final String CONV5 = "conv5";

    private final ShuffleNetV2Variant variant;
    private final BlockLayout blockLayout;
    private final Function<NetworkPart, IUpdater> partUpdaters;

    private ShuffleNetV2(Builder builder) {
        super(builder.variant.in(builder.blockLayout), builder);
        this.variant = builder.variant;
        this.blockLayout = builder.blockLayout;
        this.partUpdaters = builder.partUpdaters;
    }

    /** A builder with the defaults that its methods name. */
    public static Builder builder() {
        return new Builder();
    }

    /** The width. */
    public ShuffleNetV2Variant variant() {
        return variant;
    }

    /** The form of the unit. */
    public BlockLayout blockLayout() {
        return blockLayout;
    }

    @Override
    Optional<IUpdater> updater(String layer) {
        return NetworkPart.ofVertex(layer).map(partUpdaters);
    }

    /** URI of the published weights of this width and block layout, or null if there are none. */
    @Override
    public String pretrainedUrl(PretrainedType type) {
        return pretrained(type).flatMap(weights -> weights.uri(this, type)).map(URI::toString).orElse(null);
    }

    /**
     * This network with published weights: torchvision's for {@link PretrainedType#IMAGENET}. They are fetched once,
     * into a cache, and copied into a network of this builder's settings (updater, loss, input size, data type and
     * format).
     *
     * @throws UnsupportedOperationException if there are none of that type, width and block layout
     * @throws IllegalArgumentException if the builder asks for another number of classes than the weights have
     * @throws IOException if they cannot be fetched or read; the message says why in one line
     */
    @Override
    @SuppressWarnings("unchecked")
    public <M extends Model> M initPretrained(PretrainedType type) throws IOException {
        return (M) initPretrained(type, true);
    }

    /**
     * As {@link #initPretrained(PretrainedType)}, but with a new classifier for any number of classes, to be trained
     * for one's own classes. {@link Freezing} keeps parts of the network as they are.
     *
     * @throws UnsupportedOperationException if there are none of that type, width and block layout
     * @throws IOException if they cannot be fetched or read; the message says why in one line
     */
    public ComputationGraph initPretrainedBody(PretrainedType type) throws IOException {
        return initPretrained(type, false);
    }

    private ComputationGraph initPretrained(PretrainedType type, boolean classifier) throws IOException {
        PretrainedWeights weights = pretrained(type).orElseThrow(() -> new UnsupportedOperationException(
                "no pretrained weights of type " + type + " for ShuffleNetV2 " + variant.label() + " in the "
                        + blockLayout.label() + " layout"));
        ComputationGraph network = init();
        weights.load(this, type, network, classifier);
        return network;
    }

    private Optional<PretrainedWeights> pretrained(PretrainedType type) {
        return ServiceLoader.load(PretrainedWeights.class, PretrainedWeights.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(weights -> weights.uri(this, type).isPresent())
                .findFirst();
    }

    /** Builds a {@link ShuffleNetV2}. */
    public static final class Builder extends ImageModel.Builder<Builder> {

        private ShuffleNetV2Variant variant = ShuffleNetV2Variant.X1_0;
        private BlockLayout blockLayout = BlockLayout.TORCHVISION;
        private Function<NetworkPart, IUpdater> partUpdaters = part -> null;

        private Builder() {
        }

        @Override
        Builder self() {
            return this;
        }

        /** Width; default {@link ShuffleNetV2Variant#X1_0}. */
        public Builder variant(ShuffleNetV2Variant variant) {
            this.variant = Objects.requireNonNull(variant, "variant");
            return this;
        }

        /** Form of the unit; default {@link BlockLayout#TORCHVISION}. */
        public Builder blockLayout(BlockLayout blockLayout) {
            this.blockLayout = Objects.requireNonNull(blockLayout, "blockLayout");
            return this;
        }

        /** Updater of each part, null for that of {@code updater}, which is the default. */
        public Builder partUpdaters(Function<NetworkPart, IUpdater> partUpdaters) {
            this.partUpdaters = Objects.requireNonNull(partUpdaters, "partUpdaters");
            return this;
        }

        /**
         * The zoo model.
         *
         * @throws IllegalArgumentException if the block layout does not exist in this width
         */
        @Override
        public ShuffleNetV2 build() {
            return new ShuffleNetV2(this);
        }
    }
}
