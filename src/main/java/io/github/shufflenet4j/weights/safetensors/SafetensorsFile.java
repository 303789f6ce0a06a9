package io.github.shufflenet4j.weights.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.lang3.Validate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.DType;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.WeightFormat;

/**
 * <a href="https://github.com/huggingface/safetensors">Safetensors</a>: the header's length as eight little-endian
 * bytes, a JSON header of {@code name -> {dtype, shape, data_offsets}}, and the tensors, which fill the rest without
 * gaps.
 */
public final class SafetensorsFile {

    /** Bytes before the header. */
    public static final int PREFIX = Long.BYTES;

    /** The format allows 100 MB; ten are some hundred thousand tensors. */
    private static final int MAX_HEADER_LENGTH = 10_000_000;

    /** Not a tensor but a map of strings. */
    private static final String METADATA = "__metadata__";

    private record Header(Map<String, Entry> entries, Map<String, String> metadata) {
    }

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private SafetensorsFile() {
    }

    /** The header's description of a tensor; offsets are in bytes from the header's end. */
    private record Entry(String dtype, long[] shape, @JsonProperty("data_offsets") long[] offsets) {
    }

    public static StateDict read(Path file) throws WeightFileException {
        Bytes in = Bytes.of(file);
        long length = in.signedLong();
        in.throwIf(length < 0 || length > Math.min(in.remaining(), MAX_HEADER_LENGTH),
                "is damaged or cut short: its safetensors header claims %s bytes, %s are left and %s allowed; fetch or"
                + " save it again", Long.toUnsignedString(length), in.remaining(), MAX_HEADER_LENGTH);
        Header header = header(in.text(length, StandardCharsets.UTF_8), in);
        checkLayout(header.entries, in);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        ByteBuffer data = in.toBuffer();
        header.entries.forEach((name, entry) -> tensors.put(name, tensor(entry, data)));
        return new StateDict(file, WeightFormat.SAFETENSORS, tensors)
                .withMetadata(header.metadata.get(StateDict.METADATA_KEY));
    }

    private static Header header(String json, Bytes in) throws WeightFileException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken(); // the brace by which the format was recognised
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA)) {
                    readMetadata(parser, metadata, in);
                } else {
                    entries.put(name, parser.readValueAs(Entry.class));
                }
            }
            in.throwIf(parser.nextToken() != null,
                    "has something after its safetensors header; fetch or save it again");
            return new Header(entries, metadata);
        } catch (WeightFileException e) {
            throw e;
        } catch (IOException e) {
            throw in.fault("has a damaged safetensors header ("
                    + (e instanceof JsonProcessingException syntax ? syntax.getOriginalMessage() : e.getMessage())
                    + "); fetch or save it again", e);
        }
    }

    private static void readMetadata(JsonParser parser, Map<String, String> metadata, Bytes in) throws IOException {
        in.throwIf(parser.currentToken() != JsonToken.START_OBJECT,
                "has a damaged safetensors header (its %s is no map); fetch or save it again", METADATA);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                metadata.put(key, parser.getText());
            } else {
                parser.skipChildren(); // not allowed by the format, and not needed
            }
        }
    }

    /** Types are known, sizes are as shapes say, and tensors follow each other without gap or overlap up to the end. */
    private static void checkLayout(Map<String, Entry> entries, Bytes in) throws WeightFileException {
        for (var named : entries.entrySet()) {
            String name = named.getKey();
            Entry entry = named.getValue();
            in.throwIf(entry == null || entry.dtype == null || entry.shape == null || entry.offsets == null
                    || entry.offsets.length != 2,
                    "lacks the dtype, shape or two data_offsets of tensor '%s'; save it again", name);
            DType type = DType.ofSafetensors(entry.dtype).orElseThrow(() -> in.fault(
                    "has tensor '" + name + "' of dtype " + entry.dtype + ", which is not read; save it as F32"));
            long elements = Tensor.elements(entry.shape);
            if (elements < 0 || entry.offsets[0] < 0 || entry.offsets[0] > in.remaining()
                    || entry.offsets[1] - entry.offsets[0] != elements * type.size()) {
                throw in.fault("is damaged: tensor '" + name + "' of " + type + Arrays.toString(entry.shape)
                        + " does not match its offsets " + Arrays.toString(entry.offsets) + "; fetch or save it again");
            }
        }
        List<Map.Entry<String, Entry>> byOffset = entries.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Entry> named) -> named.getValue().offsets[0])
                        .thenComparing(named -> named.getValue().offsets[1]))
                .toList();
        long end = 0;
        for (var named : byOffset) {
            in.throwIf(named.getValue().offsets[0] != end, "is damaged: tensor '%s' starts at byte %s where the one"
                    + " before it ends at %s; fetch or save it again", named.getKey(), named.getValue().offsets[0],
                    end);
            end = named.getValue().offsets[1];
        }
        in.throwIf(end != in.remaining(),
                "is damaged or cut short: its tensors need %s bytes, it has %s; fetch or save it again", end,
                in.remaining());
    }

    private static Tensor tensor(Entry entry, ByteBuffer data) {
        int offset = Math.toIntExact(entry.offsets[0]);
        return Tensor.decode(DType.valueOf(entry.dtype), Tensor.shape(entry.shape),
                data.slice(offset, Math.toIntExact(entry.offsets[1]) - offset));
    }

    /** As {@link #write(Path, Map, Precision, Map)}, in single precision. */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        write(file, tensors, Precision.FP32, metadata);
    }

    /**
     * Writes tensors: the counters of batch norm ({@code *.num_batches_tracked}) as I64, all others as F32, or F16 by
     * {@code precision}. The header is in the map's order; the widest type comes first in the data, so that each value
     * lies at a multiple of its size, as loaders that map the file need it. Atomically, replacing what was there.
     *
     * @param metadata further strings for {@code __metadata__}
     * @throws IllegalArgumentException if a tensor is named {@code __metadata__}
     * @throws IOException if the file cannot be written; what was there is then as it was
     */
    public static void write(Path file, Map<String, Tensor> tensors, Precision precision,
                             Map<String, String> metadata) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        Map<String, String> strings = new LinkedHashMap<>();
        strings.put("format", "pt"); // without it, Hugging Face's loaders refuse the file
        strings.putAll(metadata);
        header.put(METADATA, strings);
        Validate.isTrue(!tensors.containsKey(METADATA), "a tensor may not be named %s", METADATA);
        Map<String, DType> types = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> types.put(name, precision.type(name, tensor)));
        List<String> order = tensors.keySet().stream()
                .sorted(Comparator.comparing((String name) -> -types.get(name).size())).toList();
        tensors.keySet().forEach(name -> header.put(name, null)); // places, in the map's order
        long end = 0;
        for (String name : order) {
            Tensor tensor = tensors.get(name);
            DType type = types.get(name);
            long begin = end;
            end += (long) tensor.data().length * type.size();
            header.put(name, new Entry(type.name(), Tensor.longShape(tensor.shape()),
                    new long[] {begin, end}));
        }
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8); // so that the data is aligned
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        AtomicFile.write(file, out -> {
            out.write(ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
            out.write(padded);
            for (String name : order) {
                tensors.get(name).writeTo(out, types.get(name));
            }
        });
    }
}
