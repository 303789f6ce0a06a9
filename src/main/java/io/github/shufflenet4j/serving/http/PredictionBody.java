package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.BufferUtil;

import com.fasterxml.jackson.core.JsonParser;

import io.github.shufflenet4j.inference.ClassActivationMap;
import io.github.shufflenet4j.serving.Evidence;
import io.github.shufflenet4j.serving.ImageResult;
import io.github.shufflenet4j.serving.InferenceService.Answer;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;
import io.github.shufflenet4j.serving.Upload;

/** Bodies of {@code /predictions}. */
final class PredictionBody {

    private static final String MULTIPART = "multipart/form-data";

    private PredictionBody() {
    }

    /**
     * The images of a request: the body itself, the parts of a form, or base64 in JSON.
     *
     * @param contentType header of the request, or null
     * @param maximum     number of images
     */
    static List<Upload> read(String contentType, byte[] body, int maximum) throws ServingException {
        String type = contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals(MULTIPART)) {
            return parts(contentType, body, maximum);
        }
        if (type.equals(Json.TYPE)) {
            return json(body, maximum);
        }
        if (type.isEmpty() || type.equals("application/octet-stream") || type.startsWith("image/")) {
            return List.of(new Upload("image", body));
        }
        throw new ServingException(Reason.UNSUPPORTED_TYPE, "Content-Type is '" + type + "', but must be image/*,"
                + " application/octet-stream, " + MULTIPART + " or " + Json.TYPE);
    }

    private static List<Upload> parts(String contentType, byte[] body, int maximum) throws ServingException {
        // In memory, where the body is already.
        MultiPartConfig config = new MultiPartConfig.Builder().maxParts(maximum + 1).maxSize(-1).maxPartSize(-1)
                .maxMemoryPartSize(-1).build();
        List<Upload> images = new ArrayList<>();
        try (MultiPartFormData.Parts parts = MultiPartFormData.getParts(
                Content.Source.from(ByteBuffer.wrap(body)), new Attributes.Mapped(), contentType, config)) {
            for (MultiPart.Part part : parts) {
                requireRoom(images, maximum);
                images.add(new Upload(name(part, images.size()), BufferUtil.toArray(
                        Content.Source.asByteBuffer(part.getContentSource()))));
            }
        } catch (IOException | RuntimeException e) {
            String fault = String.valueOf(e.getMessage());
            boolean many = fault.contains("max") && fault.contains("parts");
            throw new ServingException(many ? Reason.TOO_LARGE : Reason.BAD_REQUEST,
                    "the body is not a form of at most " + maximum + " images: " + fault, e);
        }
        return images;
    }

    private static String name(MultiPart.Part part, int index) {
        String name = part.getFileName();
        return name == null || name.isBlank() ? "image " + (index + 1) : name;
    }

    private static List<Upload> json(byte[] body, int maximum) throws ServingException {
        List<Upload> images = new ArrayList<>();
        Json.readObject(body, 0, body.length, (name, parser) -> {
            switch (name) {
                case "image" -> add(images, parser, maximum);
                case "images" -> Json.array(name, parser, element -> add(images, element, maximum));
                default -> throw Json.bad("'" + name + "' is not known; there are 'image' and 'images'");
            }
        });
        return images;
    }

    private static void add(List<Upload> images, JsonParser parser, int maximum) throws IOException, ServingException {
        requireRoom(images, maximum);
        images.add(base64("image " + (images.size() + 1), Json.text("an image", parser)));
    }

    static Upload base64(String name, String text) throws ServingException {
        try {
            return new Upload(name, Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new ServingException(Reason.BAD_REQUEST, name + ": not base64 without line breaks (addresses are not"
                    + " fetched)", e);
        }
    }

    static void requireRoom(List<Upload> images, int maximum) throws ServingException {
        if (images.size() >= maximum) {
            throw new ServingException(Reason.TOO_LARGE, "more than " + maximum + " images");
        }
    }

    /** The answer. */
    static Map<String, Object> write(String model, Answer<ImageResult> answer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put("version", answer.version().number());
        json.put("images", answer.results().stream().map(PredictionBody::image).toList());
        return json;
    }

    private static Map<String, Object> image(ImageResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", result.name());
        json.put("predictions", result.predictions());
        result.evidence().ifPresent(evidence -> {
            json.put("width", evidence.width());
            json.put("height", evidence.height());
            json.put("crop", evidence.crop());
            json.put("maps", evidence.maps().stream().map(PredictionBody::map).toList());
        });
        return json;
    }

    private static Map<String, Object> map(Evidence.DrawnMap drawn) {
        ClassActivationMap map = drawn.map();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("index", map.prediction().index());
        json.put("label", map.prediction().label());
        json.put("method", map.method());
        json.put("logit", map.logit());
        json.put("rows", map.height());
        json.put("columns", map.width());
        json.put("values", map.values());
        json.put("overlay", drawn.overlay());
        return json;
    }
}
