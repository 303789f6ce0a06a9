package io.github.shufflenet4j.io.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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

/**
 * A kind of YAML files with known keys: those that come with this library have names, and users may have their own.
 * A YamlException names file, line and key, or lists the names if there is no such file.
 *
 * @param folder   of the resources, such as {@code /zoo-configs/}
 * @param names    of the files in it, without extension
 * @param subject  name of the kind, for messages
 * @param keys     that have single values
 * @param list     key whose value is a list of mappings, if there is one
 * @param itemKeys keys of those mappings, which have single values
 */
public record YamlFiles(String folder, List<String> names, String subject, List<YamlKey<?>> keys, Optional<String> list,
                        List<YamlKey<?>> itemKeys) {

    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 20;

    /** Copies the lists. */
    public YamlFiles {
        names = List.copyOf(names);
        keys = List.copyOf(keys);
        itemKeys = List.copyOf(itemKeys);
    }

    /** Files without a list. */
    public YamlFiles(String folder, List<String> names, String subject, List<YamlKey<?>> keys) {
        this(folder, names, subject, keys, Optional.empty(), List.of());
    }

    /** Reads a user's file, or else the shipped one of that name. */
    public YamlMapping read(String fileOrName) throws IOException {
        Path file = Path.of(fileOrName);
        if (Files.isRegularFile(file) || !names.contains(fileOrName)) {
            return read(file);
        }
        try (InputStream content = YamlFiles.class.getResourceAsStream(folder + fileOrName + ".yaml")) {
            YamlException.throwIf(content == null, fileOrName + ": is not among the resources of this library");
            return parse(new String(content.readAllBytes(), StandardCharsets.UTF_8), fileOrName);
        }
    }

    /** Reads a user's file. */
    public YamlMapping read(Path file) throws IOException {
        YamlException.throwIf(!Files.isRegularFile(file),
                file + ": no such " + subject + ": give a YAML file, or one of " + String.join(", ", names));
        YamlException.throwIf(Files.size(file) > MAX_BYTES, file + ": is too large for a " + subject);
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
    }

    /** Parses the text of such a file; {@code origin} is its name in messages. */
    public YamlMapping parse(String yaml, String origin) throws YamlException {
        // Keys that occur twice, or are none, are refused by the mapping, which knows their lines.
        LoadSettings settings = LoadSettings.builder().setLabel(origin).setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true).setMaxAliasesForCollections(0).build();
        try {
            checkDepth(new Parse(settings).parseString(yaml), origin);
            Node root = new Compose(settings).composeString(yaml).orElse(null);
            if (root instanceof MappingNode mapping) {
                return new YamlMapping(mapping, yaml, origin, origin + ": ", keys, list, itemKeys);
            }
            throw new YamlException(origin + ": is no " + subject + ": it must have keys, such as " + keys.get(0));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new YamlException(origin + ":" + line + ": is not valid YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            String fault = e.getMessage().strip().replaceAll("\\s+", " ");
            throw new YamlException(origin + ": is not valid YAML: " + fault, e);
        }
    }

    /** Composing recurses as deep as the text nests; parsing does not. */
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
}
