package io.github.shufflenet4j.weights;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

/** A ShuffleNet V2 as tensors on the heap, for prediction and export without a network and so without ND4J. */
public final class ModelWeights {

    private final ModelMetadata metadata;
    private final KeyScheme scheme;
    private final Map<String, Tensor> tensors;
    private final Map<String, KeyScheme.Convolution> convolutions;

    /** @param tensors complete, under the keys of the source whose block layout this is */
    public ModelWeights(ModelMetadata metadata, Map<String, Tensor> tensors) {
        this.metadata = Objects.requireNonNull(metadata, "metadata");
        this.scheme = KeyScheme.of(metadata.blockLayout());
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        this.convolutions = scheme.convolutionsByLayer(metadata.variant());
        int classes = classifierWeight().shape()[0];
        Validate.isTrue(metadata.classNames().size() == classes,
                "the names of %s classes do not fit a classifier with %s outputs", metadata.classNames().size(),
                classes);
    }

    /**
     * The weights of a network, copied.
     *
     * @throws IllegalArgumentException if the network is not the one that its metadata names, as after
     *     {@code TransferLearning} with other layers; the message names the difference
     */
    public static ModelWeights of(TrainedModel model) {
        return new ModelWeights(model.metadata(), NetworkWeights.tensors(model));
    }

    /**
     * A convolution and its batch norm, whose epsilon is {@value #EPSILON}.
     *
     * @param weight   [out, in / groups, kernel, kernel]
     * @param gamma    scale, [out]
     * @param beta     shift, [out]
     * @param mean     running mean, [out]
     * @param variance running variance, [out]
     */
    public record ConvNormWeights(Tensor weight, Tensor gamma, Tensor beta, Tensor mean, Tensor variance) {

        /** Added to the variance, as by PyTorch and this library's layer. */
        public static final double EPSILON = 1e-5;

        /** What batch norm multiplies each output by: gamma / sqrt(variance + epsilon). */
        public double[] scale() {
            return IntStream.range(0, gamma.data().length)
                    .mapToDouble(i -> gamma.data()[i] / Math.sqrt(variance.data()[i] + EPSILON)).toArray();
        }
    }

    /** Classes, preprocessing and origin. */
    public ModelMetadata metadata() {
        return metadata;
    }

    /** All tensors under the source's keys, in the order of the network; unmodifiable. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** Names of the convolutions' layers, in the order of the network. */
    public Iterable<String> convolutionLayers() {
        return Collections.unmodifiableSet(convolutions.keySet());
    }

    /** The convolution called {@code layer}, such as {@code stage2.0.branch1.depthwise}. */
    public ConvNormWeights convolution(String layer) {
        KeyScheme.Convolution key = convolutions.get(layer);
        return new ConvNormWeights(tensors.get(key.weight()), tensors.get(key.gamma()), tensors.get(key.beta()),
                tensors.get(key.mean()), tensors.get(key.variance()));
    }

    /** [classes, features]. */
    public Tensor classifierWeight() {
        return tensors.get(scheme.classifierWeightKey());
    }

    /** [classes], if the classifier has a bias. */
    public Optional<Tensor> classifierBias() {
        return Optional.ofNullable(tensors.get(scheme.classifierBiasKey()));
    }

    /**
     * The same body with another classifier.
     *
     * @param metadata of the whole
     * @param weight   [classes, features]
     * @param bias     [classes]
     * @throws IllegalArgumentException if a shape does not fit
     */
    public ModelWeights withClassifier(ModelMetadata metadata, Tensor weight, Tensor bias) {
        int features = classifierWeight().shape()[1];
        int classes = metadata.classNames().size();
        Validate.isTrue(Arrays.equals(weight.shape(), new int[] {classes, features})
                && Arrays.equals(bias.shape(), new int[] {classes}), "a classifier of %s features for %s classes"
                + " cannot have weights of shape %s and biases of %s", features, classes,
                Arrays.toString(weight.shape()), Arrays.toString(bias.shape()));
        Map<String, Tensor> changed = new LinkedHashMap<>(tensors);
        changed.put(scheme.classifierWeightKey(), weight);
        changed.put(scheme.classifierBiasKey(), bias);
        return new ModelWeights(metadata, changed);
    }

    /** A network with these weights. */
    public TrainedModel toModel() {
        return new TrainedModel(NetworkWeights.network(this), metadata);
    }
}
