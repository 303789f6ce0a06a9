package io.github.shufflenet4j.io.download;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.io.Sha256;

/**
 * A published file.
 *
 * @param name   its name for users
 * @param uri    http or https, ending in a plain file name
 * @param sha256 its SHA-256, or the start of it
 * @param size   in bytes, if known
 */
public record RemoteFile(String name, URI uri, Sha256 sha256, OptionalLong size) {

    /** Checks the values. */
    public RemoteFile {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sha256, "sha256");
        Validate.isTrue(isOfTheWeb(uri) && uri.getPath() != null && uri.getPath().matches(".*/[A-Za-z0-9._-]+"),
                "URI must be http or https and end in a plain file name, not '%s'", uri);
        Checks.positive("size", size.orElse(1));
    }

    /** Whether this is an http or https URI with a host. */
    public static boolean isOfTheWeb(URI uri) {
        return uri.getHost() != null && uri.getScheme() != null
                && Set.of("http", "https").contains(uri.getScheme().toLowerCase(Locale.ROOT));
    }

    /** The last part of the URI. */
    public String fileName() {
        String path = uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
