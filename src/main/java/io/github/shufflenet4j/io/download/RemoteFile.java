package io.github.shufflenet4j.io.download;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

import io.github.shufflenet4j.io.Sha256;

/**
 * A file that somebody published, and what tells it from any other.
 *
 * @param name    what a user calls it
 * @param address where it is, http or https; its last part, a plain file name, is the file's
 * @param sha256  its SHA-256, or the start of it
 * @param size    its bytes, if known
 */
public record RemoteFile(String name, URI address, Sha256 sha256, OptionalLong size) {

    /** Checks the values. */
    public RemoteFile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sha256, "sha256");
        if (!isOfTheWeb(address) || address.getPath() == null || !address.getPath().matches(".*/[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "address must be http or https and end in a plain file name, not '" + address + "'");
        }
        if (size.isPresent() && size.getAsLong() < 1) {
            throw new IllegalArgumentException("size must be at least 1 byte, got " + size.getAsLong());
        }
    }

    /** Whether it is an http or https address with a host. */
    public static boolean isOfTheWeb(URI address) {
        return address.getHost() != null && address.getScheme() != null
                && Set.of("http", "https").contains(address.getScheme().toLowerCase(Locale.ROOT));
    }

    /** The last part of the address. */
    public String fileName() {
        String path = address.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
