package io.github.shufflenet4j.serving.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/**
 * The names by which browsers may call a server that only this machine reaches. A page of a stranger's can let its own
 * name stand for the loopback address (DNS rebinding), and would then read answers as its own; the header {@code Host}
 * gives it away.
 */
final class HostNames {

    /** An address was not looked up, so that nobody can have changed what it stands for. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.%]+]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final String LOCALHOST = "localhost";

    private final boolean all;
    private final Set<String> names;

    private HostNames(boolean all, Set<String> names) {
        this.all = all;
        this.names = names;
    }

    /** Any name. */
    static HostNames any() {
        return new HostNames(true, Set.of());
    }

    /**
     * Any name if others reach the address anyway, otherwise localhost and the given names.
     *
     * @param host       name or address that the server listens on
     * @param additional further names
     */
    static HostNames of(String host, Set<String> additional) {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress()) {
                return any();
            }
        } catch (UnknownHostException e) {
            return any(); // The server does not start.
        }
        Set<String> names = new TreeSet<>(additional);
        names.add(lower(host));
        return new HostNames(false, names);
    }

    /** @throws IllegalArgumentException if the text is no name of a host */
    static String checked(String name) {
        Validate.isTrue(NAME.matcher(name).matches(), "a name of a host is such as photos.example.org, without a port,"
                + " got '%s'", name);
        return lower(name);
    }

    /** @param host of the request, without its port; null if it has none */
    void require(String host) throws ServingException {
        if (all || host == null || ADDRESS.matcher(host).matches()) {
            return;
        }
        String name = lower(host).replaceFirst("\\.$", "");
        if (!name.equals(LOCALHOST) && !name.endsWith("." + LOCALHOST) && !names.contains(name)) {
            throw new ServingException(Reason.MISDIRECTED, "this server answers to the name localhost, not to '" + host
                    + "', unless that is allowed (--allow-host)");
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
