package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.shufflenet4j.data.Split;
import io.github.shufflenet4j.data.rendered.RenderedDataset;
import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/** What does not depend on models: the page, its example images, and the description of all paths. */
final class StaticFiles {

    /** The page has all in one file; the browser is to load nothing else. */
    static final String PAGE_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
            + " img-src 'self' blob: data:; connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private static final RenderedDataset EXAMPLES = new RenderedDataset(320, 1, 1, 7);
    private static final String ENDING = ".jpg";

    private final Map<String, byte[]> rendered = new ConcurrentHashMap<>();

    /** The page. */
    Exchange.Content page() throws IOException {
        return new Exchange.Content("text/html; charset=utf-8", resource("page.html"));
    }

    /** The description of all paths, in OpenAPI. */
    Exchange.Content openApi() throws IOException {
        return new Exchange.Content(Json.TYPE, resource("openapi.json"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = StaticFiles.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** The list of example images. */
    Exchange.Content examples() {
        List<Map<String, String>> examples = RenderedDataset.CLASSES.stream().map(label -> {
            Map<String, String> example = new LinkedHashMap<>();
            example.put("label", label);
            example.put("path", "examples/" + label + ENDING);
            return example;
        }).toList();
        return Exchange.Content.json(Map.of("examples", examples));
    }

    /** An example image, rendered when it is first asked for. */
    Exchange.Content example(String name) throws IOException, ServingException {
        int label = name.endsWith(ENDING)
                ? RenderedDataset.CLASSES.indexOf(name.substring(0, name.length() - ENDING.length())) : -1;
        if (label < 0) {
            throw new ServingException(Reason.NOT_FOUND, "there is no example '" + name + "'");
        }
        byte[] image = rendered.get(name);
        if (image == null) {
            image = EXAMPLES.jpeg(Split.VAL, label, 0);
            rendered.put(name, image);
        }
        return new Exchange.Content("image/jpeg", image);
    }
}
