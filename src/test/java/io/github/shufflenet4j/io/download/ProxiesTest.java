package io.github.shufflenet4j.io.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {

    private static final URI ADDRESS = URI.create("https://files.example.com/weights.pth");

    private static Proxies proxies(Map<String, String> environment) {
        return new Proxies(environment::get, Optional.empty());
    }

    private static String chosen(Map<String, String> environment, URI address) {
        Proxy proxy = proxies(environment).select(address).get(0);
        if (proxy == Proxy.NO_PROXY) {
            return "none";
        }
        InetSocketAddress socket = (InetSocketAddress) proxy.address();
        return socket.getHostString() + ":" + socket.getPort();
    }

    @Test
    void takesTheVariableOfTheScheme() {
        assertThat(chosen(Map.of(), ADDRESS)).isEqualTo("none");
        assertThat(chosen(Map.of("HTTPS_PROXY", "http://proxy:3128"), ADDRESS)).isEqualTo("proxy:3128");
        assertThat(chosen(Map.of("https_proxy", "proxy:3128", "HTTPS_PROXY", "http://other:1"), ADDRESS))
                .isEqualTo("proxy:3128");
        assertThat(chosen(Map.of("HTTP_PROXY", "http://proxy:3128"), ADDRESS)).isEqualTo("none");
        assertThat(chosen(Map.of("HTTP_PROXY", "http://proxy"), URI.create("http://x/y"))).isEqualTo("proxy:80");
        assertThat(chosen(Map.of("ALL_PROXY", "http://proxy:3128/"), ADDRESS)).isEqualTo("proxy:3128");
        assertThat(chosen(Map.of("https_proxy", "", "HTTPS_PROXY", "http://other:1"), ADDRESS)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"example.com, true", ".example.com, true", "*.example.com, true", "files.example.com, true", "*, true",
        "FILES.EXAMPLE.COM, true", "'localhost, example.com', true", "files.example.com:443, true",
        "files.example.com:8443, false", "ample.com, false", "'', false", "example.org, false", "127.0.0.1, false"})
    void exceptions(String list, boolean direct) {
        assertThat(chosen(Map.of("HTTPS_PROXY", "http://proxy:3128", "NO_PROXY", list), ADDRESS).equals("none"))
                .isEqualTo(direct);
    }

    @Test
    void javasOwnSettingsComeFirst() {
        Proxies proxies = new Proxies(Map.of("HTTPS_PROXY", "http://environment:1")::get,
                Optional.of(ProxySelector.of(InetSocketAddress.createUnresolved("java", 2))));
        assertThat(((InetSocketAddress) proxies.select(ADDRESS).get(0).address()).getHostString()).isEqualTo("java");
    }

    @Test
    void credentials() {
        var credentials =
                proxies(Map.of("HTTPS_PROXY", "http://me:p%40ss+1@proxy:1")).credentials(ADDRESS).orElseThrow();
        assertThat(credentials.getUserName()).isEqualTo("me");
        assertThat(credentials.getPassword()).isEqualTo("p@ss+1".toCharArray());
        assertThat(proxies(Map.of("HTTPS_PROXY", "http://proxy:1")).credentials(ADDRESS)).isEmpty();
    }
}
