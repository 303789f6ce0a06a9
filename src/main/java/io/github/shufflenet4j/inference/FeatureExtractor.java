package io.github.shufflenet4j.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.inference.plan.FusedEngine;
import io.github.shufflenet4j.inference.plan.MapLayout;
import io.github.shufflenet4j.inference.plan.PlanOutputs;
import io.github.shufflenet4j.inference.plan.SpatialSize;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.WeightFileException;

/**
 * A network without its classifier: the features of an image, for a classifier, an index or a detector of your own. It
 * runs on the plan of {@link ImageClassifier}, as fast, and without ND4J.
 *
 * <pre>{@code
 * FeatureExtractor extractor = FeatureExtractor.load(Path.of("model.zip"));
 * float[] features = extractor.pooled(Path.of("cat.jpg"));
 * List<FeatureMap> pyramid = extractor.maps(Path.of("cat.jpg"), NetworkPart.STAGE2, NetworkPart.STAGE3);
 * }</pre>
 *
 * <p>Pooled features are the means of the last convolution's channels, 512 to 2048: the input of the classifier.
 * Feature maps are the outputs of {@code stage2}, {@code stage3}, {@code stage4} and {@code conv5}, timm's {@code
 * features_only}: their pixels stand for squares of 8, 16, 32 and 32 pixels of the image. Nothing behind the last map
 * that is asked for is computed.
 *
 * <p>Thread-safe, as {@link ImageClassifier} is.
 */
public final class FeatureExtractor {

    private final ModelMetadata metadata;
    private final FoldedNetwork network;
    private final SpatialSize input;
    private final Map<PlanOutputs, FusedEngine> engines = new ConcurrentHashMap<>();

    private FeatureExtractor(ModelMetadata metadata, FoldedNetwork network) {
        this.metadata = metadata;
        this.network = network;
        this.input = ImageClassifier.input(metadata);
    }

    /**
     * With the model in {@code file}: a model file, or weights in any form that {@link ModelLoader} knows.
     *
     * @throws IOException if the file cannot be read, is no model, or has layers that are not ShuffleNet V2's; the
     *     message says why in one line
     */
    public static FeatureExtractor load(Path file) throws IOException {
        ModelWeights weights = ModelLoader.loadWeights(file).orElseThrow(() -> new WeightFileException(file,
                "gives no features: its network has layers that are not ShuffleNet V2's; take the activations of its"
                        + " graph"));
        try {
            return of(weights);
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(file, "gives no features: " + e.getMessage(), e);
        }
    }

    /**
     * With these weights.
     *
     * @throws IllegalArgumentException if they are not finite, or take another number of channels than their
     *     preprocessing makes
     */
    public static FeatureExtractor of(ModelWeights weights) {
        ImageClassifier.requireImages(weights.metadata());
        return new FeatureExtractor(weights.metadata(), FoldedNetwork.of(weights));
    }

    /** The same of images as they are stored, not turned upright by their EXIF data. */
    public FeatureExtractor ignoringExif() {
        return new FeatureExtractor(metadata.withPreprocessing(metadata.preprocessing().ignoringExif(true)), network);
    }

    /** Preprocessing and origin of the model. */
    public ModelMetadata metadata() {
        return metadata;
    }

    /** Number of pooled features. */
    public int length() {
        return metadata.variant().conv5Channels();
    }

    /**
     * {Channels, height, width} of a part's feature map.
     *
     * @throws IllegalArgumentException for {@code conv1}, which gives none
     */
    public int[] shape(NetworkPart part) {
        MapLayout place = places(new PlanOutputs(false, Set.of(part))).get(part);
        return new int[] {place.channels(), place.size().height(), place.size().width()};
    }

    /**
     * The pooled features of an image.
     *
     * @throws IOException if it cannot be read
     */
    public float[] pooled(Path image) throws IOException {
        return pooled(read(image));
    }

    /** The pooled features of an image in memory. */
    public float[] pooled(RgbImage image) {
        return run(PlanOutputs.FEATURES, List.of(image));
    }

    /**
     * The pooled features of many images, which takes less time than one by one.
     *
     * @throws IOException if one of them cannot be read
     */
    public List<float[]> pooled(List<Path> images) throws IOException {
        List<float[]> features = new ArrayList<>(images.size());
        for (int first = 0; first < images.size(); first += ImageInputs.CHUNK) {
            List<Path> chunk = images.subList(first, Math.min(first + ImageInputs.CHUNK, images.size()));
            float[] all = run(PlanOutputs.FEATURES, ImageInputs.read(chunk, metadata.preprocessing()));
            for (int i = 0; i < chunk.size(); i++) {
                features.add(Arrays.copyOfRange(all, i * length(), (i + 1) * length()));
            }
        }
        return features;
    }

    /**
     * The pooled features of inputs that have been preprocessed already.
     *
     * @param inputs   [count, channels, crop, crop], as {@link Preprocessing} makes them
     * @param features receives [count, {@link #length()}]
     * @throws IllegalArgumentException if an array is too short
     */
    public void pooled(float[] inputs, int count, float[] features) {
        run(PlanOutputs.FEATURES, inputs, count, features);
    }

    /**
     * Feature maps of an image, in the order of {@code parts}.
     *
     * @throws IOException if the image cannot be read
     * @throws IllegalArgumentException if there are no parts, or {@code conv1} is among them
     */
    public List<FeatureMap> maps(Path image, NetworkPart... parts) throws IOException {
        return maps(read(image), parts);
    }

    /** As {@link #maps(Path, NetworkPart...)}, for an image in memory. */
    public List<FeatureMap> maps(RgbImage image, NetworkPart... parts) {
        PlanOutputs outputs = maps(List.of(parts));
        float[] values = run(outputs, List.of(image));
        Map<NetworkPart, MapLayout> places = places(outputs);
        return Arrays.stream(parts).map(part -> {
            MapLayout place = places.get(part);
            return new FeatureMap(part, place.channels(), place.size().height(), place.size().width(),
                    Arrays.copyOfRange(values, place.offset(), place.offset() + place.length()));
        }).toList();
    }

    /**
     * The feature maps of inputs that have been preprocessed already.
     *
     * @param inputs [count, channels, crop, crop], as {@link Preprocessing} makes them
     * @param values receives [count, channels, height, width] as {@link #shape} has them
     * @throws IllegalArgumentException if an array is too short, or the part is {@code conv1}
     */
    public void maps(float[] inputs, int count, NetworkPart part, float[] values) {
        run(maps(List.of(part)), inputs, count, values);
    }

    private static PlanOutputs maps(Collection<NetworkPart> parts) {
        Validate.isTrue(!parts.isEmpty(), "name the parts whose feature maps are wanted");
        return new PlanOutputs(false, EnumSet.copyOf(parts));
    }

    private Map<NetworkPart, MapLayout> places(PlanOutputs outputs) {
        return MapLayout.of(metadata.variant(), input, outputs.maps());
    }

    private RgbImage read(Path image) throws IOException {
        return ImageDecoder.read(image, metadata.preprocessing().ignoreExif());
    }

    private float[] run(PlanOutputs wanted, List<RgbImage> images) {
        float[] inputs = new float[Math.multiplyExact(images.size(), metadata.preprocessing().length())];
        ImageInputs.prepare(images, metadata.preprocessing(), inputs);
        float[] outputs = new float[Math.multiplyExact(images.size(), engine(wanted).outputFloats())];
        run(wanted, inputs, images.size(), outputs);
        return outputs;
    }

    private void run(PlanOutputs wanted, float[] inputs, int count, float[] outputs) {
        FusedEngine engine = engine(wanted);
        int length = metadata.preprocessing().length();
        Validate.isTrue(count >= 0 && inputs.length >= (long) count * length
                && outputs.length >= (long) count * engine.outputFloats(),
                "for %s images of %s floats and their %s features, there are %s floats and room for %s",
                count, length, engine.outputFloats(), inputs.length, outputs.length);
        if (count > 0) {
            engine.run(inputs, count, outputs);
        }
    }

    private FusedEngine engine(PlanOutputs outputs) {
        return engines.computeIfAbsent(outputs, wanted -> new FusedEngine(network, wanted, input,
                KernelProviders.get().channelsLast(), Workers.shared()));
    }
}
