package io.github.shufflenet4j.report;

import static j2html.TagCreator.*;

import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import j2html.tags.DomContent;
import org.apache.commons.lang3.Validate;

/**
 * A picture, which becomes part of the page's file.
 *
 * @param mediaType   such as {@code image/png}
 * @param data        the content of the picture's file
 * @param alternative the text alternative
 * @param caption     lines below it
 */
public record Picture(String mediaType, byte[] data, String alternative, List<String> caption) {

    private static final Pattern MEDIA_TYPE = Pattern.compile("image/[a-z0-9.+-]+");

    /** @throws IllegalArgumentException if {@code mediaType} is not that of a picture */
    public Picture {
        Validate.isTrue(MEDIA_TYPE.matcher(mediaType).matches(), "media type must be image/..., got '%s'", mediaType);
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(alternative, "alternative");
        caption = List.copyOf(caption);
    }

    DomContent toHtml() {
        String uri = "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(data);
        return figure(img().withSrc(uri).withAlt(alternative), figcaption(each(caption, line -> span(line))))
                .withClass("picture");
    }
}
