package io.github.shufflenet4j.serving.http;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import io.github.shufflenet4j.serving.InferenceListener;

/** The server's metrics, in the text format of Prometheus. */
final class ServerMetrics implements InferenceListener, AutoCloseable {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Duration SHORTEST = Duration.ofNanos(250_000);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();

    ServerMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        collector.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    /** The registry, for further metrics. */
    MeterRegistry registry() {
        return registry;
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    @Override
    public void ended(String model, Phase phase, long nanos) {
        timer("shufflenet.inference", "Time of an image by phase", "model", model, "phase",
                phase.name().toLowerCase(Locale.ROOT)).record(nanos, TimeUnit.NANOSECONDS);
        if (phase == Phase.NETWORK) {
            Counter.builder("shufflenet.images").description("Images that were classified").tag("model", model)
                    .register(registry).increment();
        }
    }

    /** @param route the pattern of the path, of which there are few */
    void requested(String method, String route, int status, long nanos) {
        timer("http.server.requests", "Time of a request by route and status", "method", method, "uri", route, "status",
                Integer.toString(status)).record(nanos, TimeUnit.NANOSECONDS);
        if (status >= 400) {
            Counter.builder("shufflenet.rejected").description("Requests that were not answered, by status")
                    .tag("status", Integer.toString(status)).register(registry).increment();
        }
    }

    /** The registry finds a timer that exists already. */
    private Timer timer(String name, String description, String... tags) {
        return Timer.builder(name).description(description).tags(tags).publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST).maximumExpectedValue(LONGEST).register(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
