package io.github.shufflenet4j.serving.http;

import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.serving.ServingException;
import io.github.shufflenet4j.serving.ServingException.Reason;

/**
 * Reads and writes bodies in JSON. Requests are read as streams: a tree would take many times the memory of the text.
 */
final class Json {

    static final String TYPE = "application/json";

    private static final ObjectMapper WRITER = JsonMapper.builder()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS).build();
    /** Texts are images, which the limit of the body bounds. */
    private static final JsonFactory READER = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).maxNestingDepth(20).build()).build();

    /** Reads a part of a document, whose first token is the current one. */
    @FunctionalInterface
    interface Reader {
        void read(JsonParser parser) throws IOException, ServingException;
    }

    /** Reads the value of a field, which is the current token. */
    @FunctionalInterface
    interface FieldReader {
        void read(String name, JsonParser parser) throws IOException, ServingException;
    }

    private Json() {
    }

    static byte[] bytes(Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a document that is an object. @throws ServingException if it is none */
    static void readObject(byte[] body, int offset, int length, FieldReader field) throws ServingException {
        try (JsonParser parser = READER.createParser(body, offset, length)) {
            parser.nextToken();
            object("the body", parser, field);
            if (parser.nextToken() != null) {
                throw bad("the body goes on after its JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new ServingException(Reason.BAD_REQUEST, "the body is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    /** Reads an object. @param name for messages */
    static void object(String name, JsonParser parser, FieldReader field) throws IOException, ServingException {
        require(parser, JsonToken.START_OBJECT, name + " must be a JSON object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            field.read(key, parser);
        }
    }

    /** Reads an array. @param name for messages */
    static void array(String name, JsonParser parser, Reader element) throws IOException, ServingException {
        require(parser, JsonToken.START_ARRAY, name + " must be an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read(parser);
        }
    }

    /** Reads text. @param name for messages */
    static String text(String name, JsonParser parser) throws IOException, ServingException {
        require(parser, JsonToken.VALUE_STRING, name + " must be text");
        return parser.getText();
    }

    /** Reads true or false. @param name for messages */
    static boolean bool(String name, JsonParser parser) throws IOException, ServingException {
        if (!parser.currentToken().isBoolean()) {
            throw bad(name + " must be true or false");
        }
        return parser.getBooleanValue();
    }

    /** Reads an integer from 0. @param name for messages */
    static int count(String name, JsonParser parser) throws IOException, ServingException {
        require(parser, JsonToken.VALUE_NUMBER_INT, name + " must be an integer");
        if (parser.getNumberType() != JsonParser.NumberType.INT || parser.getIntValue() < 0) {
            throw bad(name + " must be from 0 to " + Integer.MAX_VALUE);
        }
        return parser.getIntValue();
    }

    private static void require(JsonParser parser, JsonToken token, String message) throws ServingException {
        if (parser.currentToken() != token) {
            throw bad(message);
        }
    }

    static ServingException bad(String message) {
        return new ServingException(Reason.BAD_REQUEST, message);
    }
}
