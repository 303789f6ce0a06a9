package io.github.shufflenet4j.weights;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.commons.lang3.Validate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.check.Suggestion;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * The metadata of a model beyond DL4J's configuration: all that a prediction needs, and the origin of the network.
 *
 * @param variant       width
 * @param blockLayout   form of the unit
 * @param inputChannels channels of the input images
 * @param classNames    a name for each class, in the order of the outputs
 * @param preprocessing from image to input array
 * @param provenance    source, data, recipe, versions: free text by key
 * @param temperature   by which logits are divided before softmax (Guo et al. 2017, arXiv 1706.04599); 1 for a network
 *                      that is not calibrated
 */
public record ModelMetadata(ShuffleNetV2Variant variant, BlockLayout blockLayout, int inputChannels,
                            List<String> classNames, Preprocessing preprocessing, Map<String, String> provenance,
                            double temperature) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Checks and copies the values. */
    public ModelMetadata {
        Objects.requireNonNull(variant, "variant");
        Objects.requireNonNull(blockLayout, "blockLayout");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Validate.isTrue(inputChannels >= 1, "inputChannels must be at least 1, got %s", inputChannels);
        classNames = List.copyOf(classNames);
        provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
        Checks.positive("temperature", temperature);
    }

    /** Of a network that is not calibrated. */
    public ModelMetadata(ShuffleNetV2Variant variant, BlockLayout blockLayout, int inputChannels,
                         List<String> classNames, Preprocessing preprocessing, Map<String, String> provenance) {
        this(variant, blockLayout, inputChannels, classNames, preprocessing, provenance, 1);
    }

    /** Files of earlier versions have no temperature. */
    @JsonCreator
    static ModelMetadata ofJson(@JsonProperty("variant") ShuffleNetV2Variant variant,
                                @JsonProperty("blockLayout") BlockLayout blockLayout,
                                @JsonProperty("inputChannels") int inputChannels,
                                @JsonProperty("classNames") List<String> classNames,
                                @JsonProperty("preprocessing") Preprocessing preprocessing,
                                @JsonProperty("provenance") Map<String, String> provenance,
                                @JsonProperty("temperature") Double temperature) {
        return new ModelMetadata(variant, blockLayout, inputChannels, classNames, preprocessing, provenance,
                Objects.requireNonNullElse(temperature, 1.0));
    }

    /**
     * The metadata in JSON that {@link #json} wrote; keys of later versions are ignored.
     *
     * @throws JsonProcessingException if it is not that
     */
    public static ModelMetadata ofJson(String json) throws JsonProcessingException {
        ModelMetadata metadata = JSON.readValue(json, ModelMetadata.class);
        if (metadata == null) {
            throw new JsonParseException(null, "null is no metadata");
        }
        return metadata;
    }

    /** Metadata, or a part of them, in JSON on one line. */
    public static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
        }
    }

    /** Names of unnamed classes: their index, from 0. */
    public static List<String> numberedClasses(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /**
     * The index of a class.
     *
     * @param nameOrIndex its name or, unless a class has that name, its index from 0
     * @throws IllegalArgumentException if there is no such class, in which case the message names the nearest, or
     *     several have that name
     */
    public int classIndex(String nameOrIndex) {
        int[] named = IntStream.range(0, classNames.size()).filter(i -> classNames.get(i).equals(nameOrIndex))
                .toArray();
        Validate.isTrue(named.length <= 1, "several classes are called '%s': choose one by its index, %s", nameOrIndex,
                Arrays.stream(named).mapToObj(Integer::toString).collect(Collectors.joining(" or ")));
        if (named.length == 1) {
            return named[0];
        }
        boolean index = nameOrIndex.matches("[0-9]{1,9}");
        Validate.isTrue(!index || Integer.parseInt(nameOrIndex) < classNames.size(),
                "there is no class %s: the %s classes are counted from 0", nameOrIndex, classNames.size());
        Validate.isTrue(index, "there is no class '%s'; did you mean '%s'?", nameOrIndex,
                Suggestion.nearest(nameOrIndex, classNames));
        return Integer.parseInt(nameOrIndex);
    }

    /** The same, for other classes. */
    public ModelMetadata withClassNames(List<String> names) {
        return new ModelMetadata(variant, blockLayout, inputChannels, names, preprocessing, provenance,
                temperature);
    }

    /** The same, of images prepared in another way. */
    public ModelMetadata withPreprocessing(Preprocessing other) {
        return new ModelMetadata(variant, blockLayout, inputChannels, classNames, other, provenance,
                temperature);
    }

    /** The same, of another origin. */
    public ModelMetadata withProvenance(Map<String, String> origin) {
        return new ModelMetadata(variant, blockLayout, inputChannels, classNames, preprocessing, origin,
                temperature);
    }

    /** The same, with logits divided by another temperature; 1 for none. */
    public ModelMetadata withTemperature(double divisor) {
        return new ModelMetadata(variant, blockLayout, inputChannels, classNames, preprocessing, provenance, divisor);
    }
}
