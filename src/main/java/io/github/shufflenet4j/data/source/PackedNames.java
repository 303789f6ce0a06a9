package io.github.shufflenet4j.data.source;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Many names, as UTF-8 in one array: each takes its bytes and four more, where a {@code String} takes some sixty more.
 * They may be 2 GiB together.
 */
final class PackedNames implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    /** Where each name starts, and the end of the last. */
    private final int[] starts;

    private PackedNames(byte[] bytes, int[] starts) {
        this.bytes = bytes;
        this.starts = starts;
    }

    static PackedNames of(Stream<String> names) {
        Builder builder = new Builder();
        names.forEach(builder::add);
        return builder.build();
    }

    String get(int index) {
        int start = starts[index];
        return new String(bytes, start, starts[index + 1] - start, StandardCharsets.UTF_8);
    }

    static final class Builder {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final IntStream.Builder starts = IntStream.builder();
        private int size;

        void add(String name) {
            starts.add(bytes.size());
            bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            size++;
        }

        int size() {
            return size;
        }

        PackedNames build() {
            starts.add(bytes.size());
            return new PackedNames(bytes.toByteArray(), starts.build().toArray());
        }
    }
}
