package io.github.shufflenet4j.quantization;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.inference.Softmax;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.model.ShuffleNetV2Unit;
import io.github.shufflenet4j.model.architecture.ConvolutionShape;
import io.github.shufflenet4j.weights.FoldedNetwork;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.onnx.OnnxFile;

/** A ShuffleNet V2 in 8-bit integers, and its results, computed as ONNX Runtime computes those of the exported file. */
public final class QuantizedNetwork {

    private final ModelMetadata metadata;
    private final FoldedNetwork single;
    private final Map<String, QuantizedLayer> layers;
    private final Map<String, Scale> scales;

    /**
     * @param metadata classes, preprocessing and origin
     * @param single   the same network in single precision, for layers that are not among the quantised ones
     * @param layers   the quantised layers by name, the classifier as {@code fc}
     * @param scales   of activations, by {@link #scaleName}; {@code input} and {@code pool} only if a quantised layer
     *                 takes them
     */
    QuantizedNetwork(ModelMetadata metadata, FoldedNetwork single, Map<String, QuantizedLayer> layers,
                     Map<String, Scale> scales) {
        this.metadata = Objects.requireNonNull(metadata, "metadata");
        this.single = Objects.requireNonNull(single, "single");
        this.layers = Map.copyOf(layers);
        this.scales = Map.copyOf(scales);
    }

    /**
     * The name of the scale of a convolution's outputs. The units of a stage pass half of their channels on unchanged,
     * so that all channels of a stage have one scale, the stage's.
     */
    static String scaleName(ConvolutionShape shape) {
        String layer = shape.layer();
        return layer.endsWith(ShuffleNetV2Unit.BRANCH1_POINTWISE) || layer.endsWith(ShuffleNetV2Unit.BRANCH2_POINTWISE2)
                ? layer.substring(0, layer.indexOf('.')) : layer;
    }

    /** Classes, preprocessing and origin. */
    public ModelMetadata metadata() {
        return metadata;
    }

    FoldedNetwork single() {
        return single;
    }

    Map<String, QuantizedLayer> layers() {
        return layers;
    }

    Map<String, Scale> scales() {
        return scales;
    }

    Wiring wiring() {
        return new Wiring(single.variant(), single.blockLayout(), single.inputChannels());
    }

    /**
     * Writes an ONNX file, replacing an existing one only when all is written. Input and output are those of
     * {@link OnnxFile#write}: {@code input}, float32 [batch, channels, height, width], all but the channels open, and
     * {@code logits}, float32 [batch, classes], divided by the model's temperature if that is not 1.
     *
     * @param weightType type of the weights; {@link WeightType#UINT8} is right on all processors
     * @throws IOException if the file cannot be written; what was there is then as it was
     */
    public void writeOnnx(Path file, WeightType weightType) throws IOException {
        OnnxFile.write(file, QuantizedOnnx.graph(this, weightType), metadata);
    }

    /**
     * The probabilities of inputs that have been preprocessed already, calibrated if the model is. Takes some ten times
     * as long as a prediction in single precision.
     *
     * @param inputs        [count, channels, crop, crop], as the preprocessing makes them
     * @param probabilities receives [count, classes]
     * @throws IllegalArgumentException if an array is too short
     */
    public void probabilities(float[] inputs, int count, float[] probabilities) {
        int classes = metadata.classNames().size();
        int length = metadata.preprocessing().length();
        Validate.isTrue(count >= 0 && inputs.length >= (long) count * length
                && probabilities.length >= (long) count * classes,
                "for %s images of %s floats and %s classes, there are %s floats and room for %s",
                count, length, classes, inputs.length, probabilities.length);
        Workers.shared().parallelFor(count, image -> {
            float[] logits = new IntegerArithmetic(this, Plane.image(inputs, image, metadata.preprocessing()),
                    (layer, outputs) -> { }).run();
            System.arraycopy(logits, 0, probabilities, image * classes, classes);
            Softmax.apply(probabilities, image * classes, classes, metadata.temperature());
        });
    }
}
