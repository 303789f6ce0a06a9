package io.github.shufflenet4j.modelfile;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.weights.KeyScheme;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Tensor;

/** The parameters of a ShuffleNet V2 as tensors, from the {@linkplain FlatArray array} of all of them. */
final class FlatParameters {

    private FlatParameters() {
    }

    /**
     * The tensors of the array.
     *
     * @param layers layers with parameters, in the order of the array
     * @throws IllegalArgumentException if there are more or fewer values, or layers, than the network has
     */
    static ModelWeights read(float[] values, ModelMetadata metadata, List<String> layers) {
        Map<String, int[]> shapes = shapes(metadata, values.length);
        Map<String, Integer> places = places(values.length, metadata, layers);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes.forEach((key, shape) -> {
            int from = places.get(key);
            tensors.put(key, new Tensor(shape, Arrays.copyOfRange(values, from, from + (int) elements(shape))));
        });
        return new ModelWeights(metadata, tensors);
    }

    /**
     * The tensors of these keys as one array, to go beside an array of all parameters in lower precision.
     *
     * @throws IllegalArgumentException as {@link #read}
     */
    static float[] select(float[] values, ModelMetadata metadata, List<String> layers, List<String> keys) {
        float[] selected = new float[length(values.length, metadata, keys)];
        copy(values, selected, false, metadata, layers, keys);
        return selected;
    }

    /**
     * Puts the tensors that {@link #select} gave back in their places.
     *
     * @throws IllegalArgumentException as {@link #read}, or if there are more or fewer values than those of the keys
     */
    static void replace(float[] values, float[] selected, ModelMetadata metadata, List<String> layers,
                        List<String> keys) {
        int length = length(values.length, metadata, keys);
        Validate.isTrue(selected.length == length, "it has %s values in single precision, expected %s",
                selected.length, length);
        copy(values, selected, true, metadata, layers, keys);
    }

    private static int length(int parameters, ModelMetadata metadata, List<String> keys) {
        Map<String, int[]> shapes = shapes(metadata, parameters);
        for (String key : keys) {
            Validate.isTrue(shapes.containsKey(key), "there is no tensor '%s' in its network", key);
        }
        Validate.isTrue(Set.copyOf(keys).size() == keys.size(), "it names a tensor twice: %s", keys);
        return keys.stream().mapToInt(key -> (int) elements(shapes.get(key))).sum();
    }

    private static void copy(float[] values, float[] selected, boolean back, ModelMetadata metadata,
                             List<String> layers, List<String> keys) {
        Map<String, int[]> shapes = shapes(metadata, values.length);
        Map<String, Integer> places = places(values.length, metadata, layers);
        int at = 0;
        for (String key : keys) {
            int length = (int) elements(shapes.get(key));
            int place = places.get(key);
            System.arraycopy(back ? selected : values, back ? at : place, back ? values : selected, back ? place : at,
                    length);
            at += length;
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

    /** Where each tensor begins in the array. */
    private static Map<String, Integer> places(int length, ModelMetadata metadata, List<String> layers) {
        Map<String, int[]> shapes = shapes(metadata, length);
        long expected = elements(shapes);
        Validate.isTrue(length == expected, "it has %s parameters, but its network has %s", length, expected);
        KeyScheme scheme = KeyScheme.of(metadata.blockLayout());
        Map<String, List<String>> keys = new HashMap<>();
        scheme.convolutions(metadata.variant()).forEach(key -> keys.put(key.layer(), key.keys()));
        // DL4J keeps [features, classes] by columns, which is [classes, features] by rows.
        keys.put(ShuffleNetV2.FC, Stream.of(scheme.classifierWeightKey(), scheme.classifierBiasKey())
                .filter(shapes::containsKey).toList());
        Map<String, Integer> places = new HashMap<>();
        long at = 0;
        for (String layer : layers) {
            Validate.isTrue(keys.containsKey(layer), "there is no layer '%s' in its network", layer);
            for (String key : keys.get(layer)) {
                Validate.isTrue(places.put(key, (int) at) == null, "it names the layer '%s' twice", layer);
                at += elements(shapes.get(key));
            }
        }
        for (String key : shapes.keySet()) {
            Validate.isTrue(places.containsKey(key), "it lacks %s", key);
        }
        return places;
    }
}
