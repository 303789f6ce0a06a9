package io.github.shufflenet4j.training.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.kernel.provider.Machine;

/** Versions and the machine, as reports show them. */
public final class Environment {

    private static final String DL4J_VERSION =
            "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

    private Environment() {
    }

    public static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        String version = Environment.class.getPackage().getImplementationVersion();
        facts.put("shufflenet4j", version == null ? "built from sources" : version);
        facts.put("Deeplearning4j", dl4jVersion());
        facts.put("ND4J backend", Nd4j.getBackend().getClass().getSimpleName());
        facts.putAll(Machine.facts());
        return facts;
    }

    private static String dl4jVersion() {
        try (InputStream in = ComputationGraph.class.getResourceAsStream(DL4J_VERSION)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
