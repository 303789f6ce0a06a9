package io.github.shufflenet4j.modelfile;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;

/** The parameters of a ShuffleNet V2 as tensors, from the {@linkplain FlatArray array} of all of them. */
final class FlatParameters {

    private FlatParameters() {
    }

    /**
     * The tensors of the array.
     *
     * @param layers layers with parameters, in the order of the array
     * @return empty if the values are not of single precision
     */
    static Optional<ModelWeights> read(Bytes in, ModelMetadata metadata, List<String> layers)
            throws WeightFileException {
        FlatArray.Header header = FlatArray.header(in);
        if (!header.isSinglePrecision()) {
            return Optional.empty();
        }
        try {
            Map<String, int[]> shapes = shapes(metadata, header.length());
            long expected = elements(shapes);
            in.throwIf(header.length() != expected, "is damaged: it has %s parameters, but its network has %s",
                    header.length(), expected);
            return Optional.of(new ModelWeights(metadata, tensors(in, metadata, shapes, layers)));
        } catch (IllegalArgumentException e) {
            throw in.fault("is damaged: " + e.getMessage(), e);
        }
    }

    /** Maximum length of the array of the network that {@code metadata} describes, of any type, in bytes. */
    static long maxBytes(ModelMetadata metadata) {
        return FlatArray.maxBytes(elements(shapes(metadata, -1)));
    }

    /** The number of parameters tells whether the classifier has a bias, which the metadata do not say. */
    private static Map<String, int[]> shapes(ModelMetadata metadata, long length) {
        KeyScheme scheme = KeyScheme.of(metadata.blockLayout());
        int classes = metadata.classNames().size();
        Map<String, int[]> shapes = scheme.shapes(metadata.variant(), metadata.inputChannels(), classes, false);
        return length == elements(shapes) ? shapes
                : scheme.shapes(metadata.variant(), metadata.inputChannels(), classes, true);
    }

    private static long elements(Map<String, int[]> shapes) {
        return shapes.values().stream().mapToLong(FlatParameters::elements).sum();
    }

    private static long elements(int[] shape) {
        return Tensor.elements(Tensor.longShape(shape));
    }

    private static Map<String, Tensor> tensors(Bytes in, ModelMetadata metadata, Map<String, int[]> shapes,
                                               List<String> layers) throws WeightFileException {
        KeyScheme scheme = KeyScheme.of(metadata.blockLayout());
        Map<String, List<String>> keys = new HashMap<>();
        scheme.convolutions(metadata.variant()).forEach(key -> keys.put(key.layer(), key.keys()));
        // DL4J keeps [features, classes] by columns, which is [classes, features] by rows.
        keys.put(ShuffleNetV2.FC, Stream.of(scheme.classifierWeightKey(), scheme.classifierBiasKey())
                .filter(shapes::containsKey).toList());
        Map<String, Tensor> read = new HashMap<>();
        for (String layer : layers) {
            Validate.isTrue(keys.containsKey(layer), "there is no layer '%s' in its network", layer);
            for (String key : keys.get(layer)) {
                read.put(key, tensor(in, shapes.get(key)));
            }
        }
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (String key : shapes.keySet()) {
            Validate.isTrue(read.containsKey(key), "it lacks %s", key);
            ordered.put(key, read.get(key));
        }
        return ordered;
    }

    private static Tensor tensor(Bytes in, int[] shape) throws WeightFileException {
        float[] values = new float[Math.toIntExact(elements(shape))];
        in.take((long) values.length * Float.BYTES).toBuffer().order(ByteOrder.BIG_ENDIAN).asFloatBuffer().get(values);
        return new Tensor(shape, values);
    }
}
