package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;
import io.github.shufflenet4j.serving.Upload;
import io.github.shufflenet4j.weights.ModelMetadata;

/**
 * An inference request of the
 * <a href="https://github.com/kserve/open-inference-protocol">Open Inference Protocol</a>, version 2, with its binary
 * extension. Its one input is {@code input}, preprocessed images in FP32, or {@code image}, encoded ones in BYTES.
 */
final class InferRequest {

    /** The input of preprocessed images. */
    static final String INPUT = "input";
    /** The input of encoded images: base64 in JSON, as they are in the binary extension. */
    static final String IMAGE = "image";
    /** The output of probabilities: FP32 [images, classes]. */
    static final String PROBABILITIES = "probabilities";
    /** The output of most probable classes: BYTES [images]. */
    static final String LABELS = "labels";

    private static final int MAX_RANK = 4;

    private final byte[] body;
    private final int jsonLength;
    private final ModelMetadata metadata;
    private final int maximum;

    private String id;
    private boolean binaryOutput;
    private final Map<String, Boolean> outputs = new LinkedHashMap<>();
    private int inputs;
    private String name;
    private String datatype;
    private final List<Integer> shape = new ArrayList<>();
    private int binarySize = -1;
    private float[] floats = new float[0];
    private int count;
    private final List<Upload> uploads = new ArrayList<>();

    private InferRequest(byte[] body, int jsonLength, ModelMetadata metadata, int maximum) {
        this.body = body;
        this.jsonLength = jsonLength;
        this.metadata = metadata;
        this.maximum = maximum;
    }

    /**
     * Reads a request.
     *
     * @param headerLength length of its JSON, before binary data; null if there are none
     * @param metadata     of the model
     * @param maximum      number of images
     */
    static InferRequest read(byte[] body, String headerLength, ModelMetadata metadata, int maximum)
            throws ServingException {
        int length = body.length;
        if (headerLength != null) {
            if (!headerLength.matches("[0-9]{1,9}") || Integer.parseInt(headerLength) > body.length) {
                throw Json.bad("Inference-Header-Content-Length must be from 0 to the length of the body, "
                        + body.length + ", got '" + headerLength + "'");
            }
            length = Integer.parseInt(headerLength);
        }
        InferRequest request = new InferRequest(body, length, metadata, maximum);
        Json.readObject(body, 0, length, request::field);
        request.check();
        return request;
    }

    private void field(String key, JsonParser parser) throws IOException, ServingException {
        switch (key) {
            case "id" -> id = Json.text("id", parser);
            case "parameters" -> Json.object("parameters", parser, (parameter, value) -> {
                if (parameter.equals("binary_data_output")) {
                    binaryOutput = Json.bool(parameter, value);
                } else {
                    value.skipChildren();
                }
            });
            case "inputs" -> Json.array("inputs", parser, this::input);
            case "outputs" -> Json.array("outputs", parser, this::output);
            default -> parser.skipChildren();
        }
    }

    private void input(JsonParser parser) throws IOException, ServingException {
        if (++inputs > 1) {
            throw Json.bad("the request must have one input, '" + INPUT + "' or '" + IMAGE + "'");
        }
        Json.object("an input", parser, (key, value) -> {
            switch (key) {
                case "name" -> name = Json.text("an input's name", value);
                case "datatype" -> datatype = Json.text("datatype", value);
                case "shape" -> Json.array("shape", value, side -> {
                    if (shape.size() == MAX_RANK) {
                        throw Json.bad("shape has more than " + MAX_RANK + " sides");
                    }
                    shape.add(Json.count("a side of shape", side));
                });
                case "parameters" -> Json.object("parameters", value, (parameter, setting) -> {
                    if (parameter.equals("binary_data_size")) {
                        binarySize = Json.count(parameter, setting);
                    } else {
                        setting.skipChildren();
                    }
                });
                case "data" -> Json.array("data", value, this::element);
                default -> value.skipChildren();
            }
        });
    }

    private void element(JsonParser parser) throws IOException, ServingException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            Json.array("data", parser, this::element);
        } else if (token == JsonToken.VALUE_STRING) {
            PredictionBody.requireRoom(uploads, maximum);
            uploads.add(PredictionBody.base64(uploadName(), parser.getText()));
        } else if (token.isNumeric()) {
            long most = (long) maximum * metadata.preprocessing().length();
            if (count >= most) {
                throw new ServingException(Reason.TOO_LARGE, "more than " + most + " numbers, those of " + maximum
                        + " images");
            }
            if (count == floats.length) {
                floats = Arrays.copyOf(floats, (int) Math.min(most, Math.max(1024, 2L * count)));
            }
            floats[count++] = parser.getFloatValue();
        } else {
            throw Json.bad("data must be numbers, or images in base64");
        }
    }

    private String uploadName() {
        return "image " + (uploads.size() + 1);
    }

    private void output(JsonParser parser) throws IOException, ServingException {
        String[] output = new String[1];
        boolean[] binary = {binaryOutput};
        Json.object("an output", parser, (key, value) -> {
            switch (key) {
                case "name" -> output[0] = Json.text("an output's name", value);
                case "parameters" -> Json.object("parameters", value, (parameter, setting) -> {
                    if (parameter.equals("binary_data")) {
                        binary[0] = Json.bool(parameter, setting);
                    } else {
                        setting.skipChildren();
                    }
                });
                default -> value.skipChildren();
            }
        });
        if (!List.of(PROBABILITIES, LABELS).contains(output[0])) {
            throw Json.bad("there is no output '" + output[0] + "'; there are '" + PROBABILITIES + "' and '" + LABELS
                    + "'");
        }
        outputs.put(output[0], binary[0]);
    }

    private void check() throws ServingException {
        if (inputs == 0) {
            throw Json.bad("the request has no inputs");
        }
        if (outputs.isEmpty()) {
            outputs.put(PROBABILITIES, binaryOutput);
            outputs.put(LABELS, binaryOutput);
        }
        if (INPUT.equals(name)) {
            requireType("FP32");
            checkFloats();
        } else if (IMAGE.equals(name)) {
            requireType("BYTES");
            checkImages();
        } else {
            throw Json.bad("there is no input '" + name + "'; there are '" + INPUT + "' and '" + IMAGE + "'");
        }
    }

    private void requireType(String expected) throws ServingException {
        if (!expected.equals(datatype)) {
            throw Json.bad("the datatype of '" + name + "' is " + expected + ", got '" + datatype + "'");
        }
    }

    private void checkFloats() throws ServingException {
        int images = shape.isEmpty() ? 0 : shape.get(0);
        requireShape(ModelFacts.shape(metadata, images), images);
        long expected = (long) images * metadata.preprocessing().length();
        if (binarySize >= 0) {
            requireBinary();
            if (binarySize != expected * Float.BYTES) {
                throw Json.bad("FP32 data of shape " + shape + " have " + expected * Float.BYTES + " bytes, got "
                        + binarySize);
            }
            floats = new float[(int) expected];
            ByteBuffer.wrap(body, jsonLength, binarySize).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        } else {
            if (count != expected) {
                throw Json.bad("shape " + shape + " has " + expected + " numbers, got " + count);
            }
            floats = Arrays.copyOf(floats, count);
        }
    }

    private void requireShape(List<Integer> expected, int images) throws ServingException {
        if (images < 1 || !shape.equals(expected)) {
            throw Json.bad("the shape of '" + name + "' is " + expected.toString().replaceFirst("\\[\\d+", "[images")
                    + ", got " + shape);
        }
        if (images > maximum) {
            throw new ServingException(Reason.TOO_LARGE, images + " images are too many (at most " + maximum + ")");
        }
    }

    private void checkImages() throws ServingException {
        if (binarySize >= 0) {
            requireBinary();
            ByteBuffer data = ByteBuffer.wrap(body, jsonLength, binarySize).order(ByteOrder.LITTLE_ENDIAN);
            while (data.hasRemaining()) {
                PredictionBody.requireRoom(uploads, maximum);
                int length = data.remaining() >= Integer.BYTES ? data.getInt() : -1;
                if (length < 0 || length > data.remaining()) {
                    throw Json.bad("BYTES data are a length in four bytes, little-endian, and as many bytes, of each"
                            + " image; " + uploadName() + " goes beyond the end");
                }
                byte[] content = new byte[length];
                data.get(content);
                uploads.add(new Upload(uploadName(), content));
            }
        }
        requireShape(List.of(uploads.size()), shape.isEmpty() ? 0 : shape.get(0));
    }

    private void requireBinary() throws ServingException {
        if (binarySize != body.length - jsonLength || count > 0 || !uploads.isEmpty()) {
            throw Json.bad("binary_data_size is " + binarySize + ", but " + (body.length - jsonLength)
                    + " bytes follow the JSON of the length that Inference-Header-Content-Length gives");
        }
    }

    /** The text by which the client tells its requests apart; null if it has none. */
    String id() {
        return id;
    }

    /** The outputs that are asked for, and whether in binary. */
    Map<String, Boolean> outputs() {
        return outputs;
    }

    /** Whether the images are encoded. */
    boolean isEncoded() {
        return name.equals(IMAGE);
    }

    /** The encoded images. */
    List<Upload> uploads() {
        return uploads;
    }

    /** The preprocessed images: [images, channels, height, width]. */
    float[] floats() {
        return floats;
    }

    /** Number of images. */
    int images() {
        return shape.get(0);
    }
}
