package io.github.shufflenet4j.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.summary;

import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import j2html.tags.DomContent;

/** A chart within a page: a place to draw it, what to draw, and its numbers. */
final class ChartHtml {

    /** ECharts takes the string "NaN" for no value, as it takes null and "-". */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    static {
        JSON.getFactory().setCharacterEscapes(new NoMarkup());
    }

    /** Writes what could end a script's element, or begin anything within it, as the code of the character. */
    private static final class NoMarkup extends CharacterEscapes {

        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes['<'] = ESCAPE_STANDARD;
            codes['>'] = ESCAPE_STANDARD;
            codes['&'] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return new SerializedString(String.format("\\u%04x", character));
        }
    }

    private ChartHtml() {
    }

    static DomContent of(Chart chart) {
        return figure(
                figcaption(chart.title()),
                div().withClass("plot").withStyle(chart.size()).attr("role", "img")
                        .attr("aria-label", chart.summary()),
                script(rawHtml(json(chart.option()))).withType("application/json"),
                details(summary("The numbers"), chart.data().toHtml()))
                .withClass("chart");
    }

    static String json(Map<String, Object> option) {
        try {
            return JSON.writeValueAsString(option);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
