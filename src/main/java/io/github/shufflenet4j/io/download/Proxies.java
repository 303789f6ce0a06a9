package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Chooses the proxy for a URI by Java's own settings ({@code -Dhttps.proxyHost}, or the system's with
 * {@code -Djava.net.useSystemProxies=true}), else by the common environment variables {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in lower or upper case. {@code NO_PROXY} is a list of
 * domains with commas between, each with an optional port; {@code *} is every host.
 */
final class Proxies extends ProxySelector {

    private static final int DEFAULT_PROXY_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final UnaryOperator<String> environment;
    private final Optional<ProxySelector> java;

    Proxies(UnaryOperator<String> environment, Optional<ProxySelector> java) {
        this.environment = environment;
        this.java = java;
    }

    static Proxies standard() {
        return new Proxies(System::getenv, Optional.ofNullable(ProxySelector.getDefault()));
    }

    /** @throws IllegalArgumentException naming a variable whose value is not the URI of an HTTP proxy */
    @Override
    public List<Proxy> select(URI address) {
        List<Proxy> chosen = java.map(selector -> selector.select(address)).orElse(List.of()).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP).toList();
        if (!chosen.isEmpty()) {
            return chosen;
        }
        return List.of(fromEnvironment(address)
                .map(proxy -> new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))))
                .orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    }

    /** The user and password in the URI of the proxy for {@code address}. */
    Optional<PasswordAuthentication> credentials(URI address) {
        return fromEnvironment(address).map(URI::getRawUserInfo).map(user -> {
            int colon = user.indexOf(':');
            return new PasswordAuthentication(decoded(colon < 0 ? user : user.substring(0, colon)),
                    (colon < 0 ? "" : decoded(user.substring(colon + 1))).toCharArray());
        });
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private Optional<URI> fromEnvironment(URI address) {
        String variable = address.getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
        String value = variable(variable);
        if (value.isEmpty()) {
            variable = "ALL_PROXY";
            value = variable(variable);
        }
        if (value.isEmpty() || isExcepted(address)) {
            return Optional.empty();
        }
        try {
            URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
            if (proxy.getHost() != null && "http".equalsIgnoreCase(proxy.getScheme())) {
                return Optional.of(proxy);
            }
        } catch (IllegalArgumentException e) {
            // reported below, without the password in the value
        }
        throw new IllegalArgumentException("the environment variable " + variable
                + " names no HTTP proxy that can be used: it should look like http://host:port");
    }

    private static int port(URI proxy) {
        return proxy.getPort() < 0 ? DEFAULT_PROXY_PORT : proxy.getPort();
    }

    private boolean isExcepted(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        int port = address.getPort() >= 0 ? address.getPort()
                : address.getScheme().equalsIgnoreCase("https") ? HTTPS_PORT : DEFAULT_PROXY_PORT;
        for (String entry : variable("NO_PROXY").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = entry;
            if (name.matches("[^:]*:[0-9]+")) {
                if (!name.endsWith(":" + port)) {
                    continue;
                }
                name = name.substring(0, name.lastIndexOf(':'));
            }
            name = name.startsWith("*.") ? name.substring(2) : name.startsWith(".") ? name.substring(1) : name;
            if (name.equals("*") || !name.isEmpty() && (host.equals(name) || host.endsWith("." + name))) {
                return true;
            }
        }
        return false;
    }

    private String variable(String name) {
        String lower = environment.apply(name.toLowerCase(Locale.ROOT));
        String value = lower != null ? lower : environment.apply(name);
        return value == null ? "" : value.strip();
    }
}
