package io.github.shufflenet4j.io.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML mapping of known keys to single values, and of one more key, if its {@link Form} says so, to a list of such
 * mappings. Every value has been checked against its key, and its line is known.
 */
public final class YamlMapping {

    private static final int MAX_DEPTH = 20;

    private final String origin;
    /** What a fault of the whole mapping begins with. */
    private final String place;
    private final Map<YamlKey<?>, Object> values = new LinkedHashMap<>();
    private final Map<YamlKey<?>, Integer> lines = new LinkedHashMap<>();
    private final List<YamlMapping> items = new ArrayList<>();

    /**
     * What a mapping may hold.
     *
     * @param keys  with a single value
     * @param list  key that holds a list of mappings, if there is one
     * @param items what those hold
     */
    public record Form(List<YamlKey<?>> keys, Optional<String> list, List<YamlKey<?>> items) {

        /** Nothing but keys with single values. */
        public Form(List<YamlKey<?>> keys) {
            this(keys, Optional.empty(), List.of());
        }

        /** Keys with single values, and a list of mappings of other such keys. */
        public Form(List<YamlKey<?>> keys, String list, List<YamlKey<?>> items) {
            this(keys, Optional.of(list), items);
        }
    }

    private YamlMapping(MappingNode node, String origin, String place, Form form) throws YamlException {
        this.origin = origin;
        this.place = place;
        for (NodeTuple pair : node.getValue()) {
            int at = line(pair.getKeyNode());
            if (!(pair.getKeyNode() instanceof ScalarNode name)) {
                throw new YamlException(place(at) + "a key must be a single word");
            }
            if (form.list.isPresent() && form.list.get().equals(name.getValue())) {
                addItems(name.getValue(), pair.getValueNode(), at, form.items);
            } else {
                put(name.getValue(), pair.getValueNode(), at, form.keys);
            }
        }
    }

    private void put(String name, Node node, int at, List<YamlKey<?>> keys) throws YamlException {
        try {
            YamlKey<?> key = YamlKey.named(name, keys);
            if (!(node instanceof ScalarNode value)) {
                throw new YamlException(place(at) + key + " must be " + key.demand() + ", not a list or a mapping");
            }
            if (value.getTag().equals(Tag.NULL)) {
                throw new YamlException(place(at) + key + " has no value; it must be " + key.demand());
            }
            if (lines.containsKey(key)) {
                throw new YamlException(place(at) + key + " is given twice, first in line " + lines.get(key));
            }
            values.put(key, key.parse(value.getValue()));
            lines.put(key, at);
        } catch (IllegalArgumentException e) {
            throw new YamlException(place(at) + e.getMessage(), e);
        }
    }

    private void addItems(String name, Node node, int at, List<YamlKey<?>> keys) throws YamlException {
        if (!items.isEmpty()) {
            throw new YamlException(place(at) + name + " is given twice");
        }
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw new YamlException(place(at) + name + " must be a list");
        }
        for (Node item : sequence.getValue()) {
            if (!(item instanceof MappingNode mapping)) {
                throw new YamlException(place(line(item)) + "an item of " + name + " must have keys, such as "
                        + keys.get(0));
            }
            items.add(new YamlMapping(mapping, origin, place(line(item)), new Form(keys)));
        }
    }

    /**
     * The mapping that a text says.
     *
     * @param origin  what to call the text in messages
     * @param form    what it may hold
     * @param subject completes "is no", where the text is no mapping at all
     */
    public static YamlMapping parse(String yaml, String origin, Form form, String subject) throws YamlException {
        // Keys that occur twice, or are none, are refused here, where their lines are known.
        LoadSettings settings = LoadSettings.builder().setLabel(origin).setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true).setMaxAliasesForCollections(0).build();
        try {
            checkDepth(new Parse(settings).parseString(yaml), origin);
            Node root = new Compose(settings).composeString(yaml).orElse(null);
            if (root instanceof MappingNode mapping) {
                return new YamlMapping(mapping, origin, origin + ": ", form);
            }
            throw new YamlException(origin + ": is no " + subject);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new YamlException(origin + ":" + line + ": is no valid YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            String fault = e.getMessage().strip().replaceAll("\\s+", " ");
            throw new YamlException(origin + ": is no valid YAML: " + fault, e);
        }
    }

    /** Composing recurses as deep as the text nests, which parsing does not. */
    private static void checkDepth(Iterable<Event> events, String origin) throws YamlException {
        int depth = 0;
        for (Event event : events) {
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_DEPTH) {
                int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
                throw new YamlException(origin + ":" + line + ": nests lists or mappings deeper than " + MAX_DEPTH);
            }
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private String place(int at) {
        return origin + ":" + at + ": ";
    }

    /** The keys that are given, in the order in which they are. */
    public Set<YamlKey<?>> keys() {
        return values.keySet();
    }

    /** The line of a key that is given, from 1. */
    public int line(YamlKey<?> key) {
        return lines.get(key);
    }

    /** The value given, or that which holds by default; empty if there is neither. */
    public <T> Optional<T> find(YamlKey<T> key) {
        return key.in(values);
    }

    /** The same of a key that has a value in any case, by {@link #require} or by default. */
    public <T> T get(YamlKey<T> key) {
        return find(key).orElseThrow(() -> new NoSuchElementException("no " + key));
    }

    /** The items of the list. */
    public List<YamlMapping> items() {
        return items;
    }

    /** @throws YamlException if one of these is not given */
    public void require(List<YamlKey<?>> required) throws YamlException {
        for (YamlKey<?> key : required) {
            if (!values.containsKey(key)) {
                throw fault("lacks the key '" + key + "', " + key.demand());
            }
        }
    }

    /** A fault in what the whole mapping says. */
    public YamlException fault(String fault) {
        return new YamlException(place + fault);
    }

    /** A fault in what a key that is given says. */
    public YamlException fault(YamlKey<?> key, String fault) {
        return new YamlException(place(line(key)) + fault);
    }
}
