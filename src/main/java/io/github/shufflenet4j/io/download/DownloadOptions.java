package io.github.shufflenet4j.io.download;

import java.net.ProxySelector;
import java.time.Duration;
import java.util.Objects;

/**
 * How patient a download is.
 *
 * @param connectTimeout longest time for a connection to come about
 * @param stallTimeout   longest time in which not a byte comes, before the answer or within it
 * @param attempts       how often a download is begun or continued in all, at least 1
 * @param firstPause     before the second attempt; doubled before each one after that
 * @param proxies        chooses the proxy for an address
 */
public record DownloadOptions(Duration connectTimeout, Duration stallTimeout, int attempts, Duration firstPause,
                              ProxySelector proxies) {

    /** Checks the values. */
    public DownloadOptions {
        positive(connectTimeout, "connectTimeout");
        positive(stallTimeout, "stallTimeout");
        Objects.requireNonNull(proxies, "proxies");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1, got " + attempts);
        }
        if (firstPause.isNegative()) {
            throw new IllegalArgumentException("firstPause must not be negative, got " + firstPause);
        }
    }

    private static void positive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be above 0, got " + duration);
        }
    }

    /**
     * 15 seconds to connect, 30 seconds without a byte, five attempts with pauses of 1 to 8 seconds, {@link Proxies}.
     */
    public static DownloadOptions standard() {
        return new DownloadOptions(Duration.ofSeconds(15), Duration.ofSeconds(30), 5, Duration.ofSeconds(1),
                Proxies.standard());
    }
}
