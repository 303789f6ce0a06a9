package io.github.shufflenet4j.weights.torch;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.WeightFileException;

/** A module in a TorchScript archive: its attributes, without its class and so without its code. */
final class ScriptObject {

    private static final int MAX_DEPTH = 32;
    /** A ShuffleNet V2 has a few thousand, and most are flags. */
    private static final int MAX_ATTRIBUTES = 200_000;
    /** Names of all attributes together; those of a ShuffleNet V2 have some 100,000 characters. */
    private static final int MAX_NAME_CHARACTERS = 16_000_000;

    /** The name of a module's class, which is not loaded. */
    record Type(String name) {
    }

    private final Map<Object, Object> attributes = new LinkedHashMap<>();

    Map<Object, Object> attributes() {
        return attributes;
    }

    /** The tensors of this module and those within it, under the keys of its state dict. */
    Map<String, StoredTensor> tensors(Bytes in) throws WeightFileException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        collect("", 0, new int[2], tensors, in);
        return tensors;
    }

    /** @param spent attributes and characters: objects that share objects would have exponentially many names */
    private void collect(String prefix, int depth, int[] spent, Map<String, StoredTensor> tensors, Bytes in)
            throws WeightFileException {
        for (var attribute : attributes.entrySet()) {
            in.throwIf(depth > MAX_DEPTH || ++spent[0] > MAX_ATTRIBUTES, "holds a TorchScript module that nests deeper,"
                    + " or has more attributes, than any network needs; save model.state_dict() with torch.save");
            String key = String.valueOf(attribute.getKey());
            in.throwIf(key.length() > MAX_NAME_CHARACTERS - prefix.length() - spent[1],
                    "holds a TorchScript module whose names have more than %s characters together, far more than any"
                    + " network needs; save model.state_dict() with torch.save", MAX_NAME_CHARACTERS);
            String name = prefix + key;
            spent[1] += name.length();
            if (attribute.getValue() instanceof StoredTensor tensor) {
                tensors.put(name, tensor);
            } else if (attribute.getValue() instanceof ScriptObject module) {
                module.collect(name + ".", depth + 1, spent, tensors, in);
            }
        }
    }
}
