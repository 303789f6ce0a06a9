package io.github.shufflenet4j.training.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.training.evaluation.EvaluationResult;

/**
 * What a run's report says beside its recipe and its curves, in JSON, for other programs.
 *
 * @param data        facts of the images, by name
 * @param run         facts of the network and the run
 * @param environment versions and machine
 * @param best        null if no epoch has ended
 */
public record RunFacts(Map<String, String> data, Map<String, String> run, Map<String, String> environment, Best best) {

    /** Name of the fact that no two runs share, in {@link #run}. */
    public static final String DURATION = "Duration";

    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    public RunFacts {
        requireNonNull(data, "data");
        requireNonNull(run, "run");
        requireNonNull(environment, "environment");
    }

    /** The best validation: its epoch, and the file of the run that holds the network. */
    public record Best(int epoch, String file, EvaluationResult result) {
    }

    /** @throws IOException if the file cannot be read or is another one; the message names it */
    public static RunFacts read(Path file) throws IOException {
        try {
            return JSON.readValue(file.toFile(), RunFacts.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": is not what training writes: " + e.getOriginalMessage(), e);
        }
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
