package io.github.shufflenet4j.serving.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.serving.ServedModel;
import io.github.shufflenet4j.weights.ModelMetadata;

/** What clients learn about a model: all but where its file is. */
final class ModelFacts {

    private ModelFacts() {
    }

    /** In a list. */
    static Map<String, Object> brief(ServedModel model) {
        ServedModel.Version version = model.current();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", model.name());
        json.put("version", version.number());
        json.put("loaded", version.loaded().toString());
        json.put("network", "ShuffleNetV2 " + version.classifier().metadata().variant().label());
        json.put("classCount", version.classifier().metadata().classNames().size());
        return json;
    }

    /** In full. */
    static Map<String, Object> full(ServedModel model) {
        Map<String, Object> json = brief(model);
        ModelMetadata metadata = model.current().classifier().metadata();
        json.put("blockLayout", metadata.blockLayout().label());
        json.put("input", shape(metadata, 1));
        json.put("preprocessing", metadata.preprocessing());
        json.put("temperature", metadata.temperature());
        json.put("provenance", metadata.provenance());
        json.put("classes", metadata.classNames());
        return json;
    }

    /** The shape of an input tensor: images, channels, height, width. */
    static List<Integer> shape(ModelMetadata metadata, int images) {
        int side = metadata.preprocessing().crop();
        return List.of(images, metadata.inputChannels(), side, side);
    }
}
