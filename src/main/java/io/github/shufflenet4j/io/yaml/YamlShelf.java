package io.github.shufflenet4j.io.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * YAML files that come with this library and have names, beside which a user may have files of their own.
 *
 * @param folder  of the resources, such as {@code /zoo-configs/}
 * @param names   of the files in it, without their ending
 * @param subject what such a file is, in messages
 */
public record YamlShelf(String folder, List<String> names, String subject) {

    private static final String ENDING = ".yaml";
    private static final long MOST_BYTES = 1 << 20;

    /**
     * The content of a file.
     *
     * @param text   what it says
     * @param origin what to call it in messages
     */
    public record Content(String text, String origin) {
    }

    /** Copies the names. */
    public YamlShelf {
        names = List.copyOf(names);
    }

    /**
     * What the shipped file of that name says, or, if there is none or a file of the user's is called so, the file.
     *
     * @throws YamlException if there is neither; the message lists the names
     */
    public Content read(String fileOrName) throws IOException {
        Path file = Path.of(fileOrName);
        return names.contains(fileOrName) && !Files.isRegularFile(file) ? shipped(fileOrName) : read(file);
    }

    /**
     * What a file says.
     *
     * @throws YamlException if there is no such file, or it is far too large; the message lists the names
     */
    public Content read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new YamlException(file + ": no such " + subject + ": give a YAML file, or one of "
                    + String.join(", ", names));
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new YamlException(file + ": is too large for a " + subject);
        }
        return new Content(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file.toString());
    }

    private Content shipped(String name) throws IOException {
        try (InputStream content = YamlShelf.class.getResourceAsStream(folder + name + ENDING)) {
            if (content == null) {
                throw new YamlException(name + ": is not among the resources of this library");
            }
            return new Content(new String(content.readAllBytes(), StandardCharsets.UTF_8), name);
        }
    }
}
