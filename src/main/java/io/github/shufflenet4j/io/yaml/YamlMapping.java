package io.github.shufflenet4j.io.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML mapping of known keys to single values, and of one more key to a list of such mappings, if {@link YamlFiles}
 * has one. Every value is checked against its key, and its line is known.
 */
public final class YamlMapping {

    private final String text;
    private final String origin;
    /** The start of messages about the whole mapping. */
    private final String place;
    private final Map<YamlKey<?>, Object> values = new LinkedHashMap<>();
    private final Map<YamlKey<?>, Integer> lines = new LinkedHashMap<>();
    private final List<YamlMapping> items = new ArrayList<>();

    YamlMapping(MappingNode node, String text, String origin, String place, List<YamlKey<?>> keys,
                Optional<String> list, List<YamlKey<?>> itemKeys) throws YamlException {
        this.text = text;
        this.origin = origin;
        this.place = place;
        for (NodeTuple pair : node.getValue()) {
            int at = line(pair.getKeyNode());
            if (!(pair.getKeyNode() instanceof ScalarNode name)) {
                throw new YamlException(place(at) + "a key must be a single word");
            }
            if (list.isPresent() && list.get().equals(name.getValue())) {
                addItems(name.getValue(), pair.getValueNode(), at, itemKeys);
            } else {
                put(name.getValue(), pair.getValueNode(), at, keys);
            }
        }
    }

    private void put(String name, Node node, int at, List<YamlKey<?>> keys) throws YamlException {
        try {
            YamlKey<?> key = YamlKey.named(name, keys);
            if (!(node instanceof ScalarNode value)) {
                throw new YamlException(place(at) + key + " must be " + key.demand() + ", not a list or a mapping");
            }
            YamlException.throwIf(value.getTag().equals(Tag.NULL),
                    place(at) + key + " has no value; it must be " + key.demand());
            YamlException.throwIf(lines.containsKey(key),
                    place(at) + key + " is given twice, first in line " + lines.get(key));
            values.put(key, key.parse(value.getValue()));
            lines.put(key, at);
        } catch (IllegalArgumentException e) {
            throw new YamlException(place(at) + e.getMessage(), e);
        }
    }

    private void addItems(String name, Node node, int at, List<YamlKey<?>> keys) throws YamlException {
        YamlException.throwIf(!items.isEmpty(), place(at) + name + " is given twice");
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw new YamlException(place(at) + name + " must be a list");
        }
        for (Node item : sequence.getValue()) {
            if (!(item instanceof MappingNode mapping)) {
                throw new YamlException(place(line(item)) + "an item of " + name + " must have keys, such as "
                        + keys.get(0));
            }
            items.add(new YamlMapping(mapping, text, origin, place(line(item)), keys, Optional.empty(), List.of()));
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private String place(int at) {
        return origin + ":" + at + ": ";
    }

    /** The text that was parsed. */
    public String text() {
        return text;
    }

    /** The given keys in their order. */
    public Set<YamlKey<?>> keys() {
        return values.keySet();
    }

    /** The line of a given key, from 1. */
    public int line(YamlKey<?> key) {
        return lines.get(key);
    }

    /** The given value or else the default; empty if there is neither. */
    public <T> Optional<T> find(YamlKey<T> key) {
        return key.in(values);
    }

    /** The value of a key that is required or has a default. */
    public <T> T get(YamlKey<T> key) {
        return find(key).orElseThrow(() -> new NoSuchElementException("no " + key));
    }

    /** The mappings in the list. */
    public List<YamlMapping> items() {
        return items;
    }

    /** @throws YamlException if one of these is not given */
    public void require(List<YamlKey<?>> required) throws YamlException {
        for (YamlKey<?> key : required) {
            YamlException.throwIf(!values.containsKey(key), place + "lacks the key '" + key + "', " + key.demand());
        }
    }

    /** A fault of the whole mapping. */
    public YamlException fault(String fault) {
        return new YamlException(place + fault);
    }

    /** A fault of a given key. */
    public YamlException fault(YamlKey<?> key, String fault) {
        return new YamlException(place(line(key)) + fault);
    }
}
