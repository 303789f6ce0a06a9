package io.github.shufflenet4j.report;

import static j2html.TagCreator.*;

import java.util.List;

import j2html.tags.DomContent;

/**
 * Pictures that belong together, side by side.
 *
 * @param pictures at least one
 * @param caption  lines below all of them
 */
public record PictureGroup(List<Picture> pictures, List<String> caption) {

    /** @throws IllegalArgumentException if there are no pictures */
    public PictureGroup {
        pictures = List.copyOf(pictures);
        caption = List.copyOf(caption);
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a group needs at least one picture");
        }
    }

    DomContent toHtml() {
        return figure(div(each(pictures, Picture::toHtml)).withClass("row"),
                figcaption(each(caption, line -> span(line)))).withClass("group");
    }
}
