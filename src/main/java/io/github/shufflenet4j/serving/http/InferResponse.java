package io.github.shufflenet4j.serving.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.shufflenet4j.serving.InferenceService.Answer;
import io.github.shufflenet4j.weights.ModelMetadata;

/** Answers and descriptions of the Open Inference Protocol. */
final class InferResponse {

    static final String LENGTH_HEADER = "Inference-Header-Content-Length";

    private static final String BINARY = "application/octet-stream";

    private final InferRequest request;
    private final List<Object> outputs = new ArrayList<>();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    private InferResponse(InferRequest request) {
        this.request = request;
    }

    /** The answer with the probabilities of all classes of each image; sets a header if it has binary data. */
    static Exchange.Content of(String model, InferRequest request, Answer<float[]> answer, Exchange exchange) {
        InferResponse response = new InferResponse(request);
        ModelMetadata metadata = answer.version().classifier().metadata();
        for (String output : request.outputs().keySet()) {
            if (output.equals(InferRequest.PROBABILITIES)) {
                response.probabilities(answer.results(), metadata.classNames().size());
            } else {
                response.labels(answer.results(), metadata.classNames());
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model_name", model);
        json.put("model_version", Integer.toString(answer.version().number()));
        if (request.id() != null) {
            json.put("id", request.id());
        }
        json.put("outputs", response.outputs);
        return response.content(Json.bytes(json), exchange);
    }

    private Exchange.Content content(byte[] json, Exchange exchange) {
        if (binary.size() == 0) {
            return new Exchange.Content(Json.TYPE, json);
        }
        exchange.setHeader(LENGTH_HEADER, Integer.toString(json.length));
        return new Exchange.Content(BINARY, ByteBuffer.allocate(json.length + binary.size()).put(json)
                .put(binary.toByteArray()).array());
    }

    private void probabilities(List<float[]> rows, int classes) {
        ByteBuffer data = ByteBuffer.allocate(rows.size() * classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        List<Float> values = new ArrayList<>(rows.size() * classes);
        for (float[] row : rows) {
            for (float value : row) {
                data.putFloat(value);
                values.add(value);
            }
        }
        add(InferRequest.PROBABILITIES, "FP32", List.of(rows.size(), classes), values, data.array());
    }

    private void labels(List<float[]> rows, List<String> names) {
        List<String> values = rows.stream().map(row -> names.get(best(row))).toList();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String value : values) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            data.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length)
                    .array());
            data.writeBytes(text);
        }
        add(InferRequest.LABELS, "BYTES", List.of(rows.size()), values, data.toByteArray());
    }

    private static int best(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    private void add(String name, String datatype, List<Integer> shape, List<?> values, byte[] data) {
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("name", name);
        output.put("datatype", datatype);
        output.put("shape", shape);
        if (request.outputs().get(name)) {
            output.put("parameters", Map.of("binary_data_size", data.length));
            binary.writeBytes(data);
        } else {
            output.put("data", values);
        }
        outputs.add(output);
    }

    /** The description of a model's inputs and outputs. */
    static Map<String, Object> describe(String model, int version, ModelMetadata metadata) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", model);
        json.put("versions", List.of(Integer.toString(version)));
        json.put("platform", "shufflenet4j");
        json.put("inputs", List.of(tensor(InferRequest.INPUT, "FP32", ModelFacts.shape(metadata, -1)),
                tensor(InferRequest.IMAGE, "BYTES", List.of(-1))));
        json.put("outputs", List.of(
                tensor(InferRequest.PROBABILITIES, "FP32", List.of(-1, metadata.classNames().size())),
                tensor(InferRequest.LABELS, "BYTES", List.of(-1))));
        return json;
    }

    private static Map<String, Object> tensor(String name, String datatype, List<Integer> shape) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("datatype", datatype);
        json.put("shape", shape);
        return json;
    }
}
